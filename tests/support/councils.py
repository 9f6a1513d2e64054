"""A leak with its register, and a council over it, for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from mapsvc.domain.actors import Actor, Role
from tests.support.street import Street, uid

if TYPE_CHECKING:
    from mapsvc.domain.councils import Council, Party
    from mapsvc.operations.workspace import Workspace
    from tests.support.clock import FixedClock

COMMITTEE, COMPANY = "兰凤新村居委会", "兰凤物业"
COMMITTEE_ACTOR = Actor(None, "居委会", Role.COMMITTEE, COMMITTEE)
OTHER_COMMITTEE = Actor(None, "别的居委会", Role.COMMITTEE, "石岚一村居委会")
SECRET = "可以出到两千元要写明管子归谁修"
SECRET_TOO = "最怕耽误旺季布料实损一千九"


def leak(ws: Workspace, street: Street, clock: FixedClock) -> str:
    """A leak at 27号, in handling, whose door the register knows; an hour later."""
    from mapsvc.domain.cases import CaseState
    from mapsvc.domain.register import RegisterEntry, Side
    from mapsvc.operations.cases import get_case, move_case
    from mapsvc.operations.issues import NewIssue, report_issue
    from mapsvc.store import register

    entry = RegisterEntry(uid("reg"), "岚皋西路", 1, 59, Side.ODD, "兰凤新村1幢", COMMITTEE, COMPANY, "021-60000001")
    with ws.write() as conn:
        register.add(conn, entry, clock())
    done = report_issue(ws, street.chen, NewIssue(uid("leak"), "L0001", "吊顶滴水", shop="LT0001"))
    case_id: str = done.found.case.id  # type: ignore[union-attr]
    for to in (CaseState.DISPATCHED, CaseState.HANDLING):
        clock.advance(minutes=10)
        version = get_case(ws, street.secretary, case_id).line.found.case.version
        move_case(ws, street.secretary, case_id, to, None, version)
    clock.advance(minutes=40)
    return case_id


def held_council(
    ws: Workspace, street: Street, clock: FixedClock, case_id: str, mediator: str = "zhou"
) -> tuple[Council, tuple[Party, ...]]:
    """A council planned and held: owner, merchant and company there, the claims known; 小周 mediates."""
    from mapsvc.domain.councils import PartyRole
    from mapsvc.operations.councils import Minutes, NewCouncil, NewParty, plan_council, write_minutes
    from mapsvc.store import councils

    asked = (
        NewParty(PartyRole.OWNER, "201室"),
        NewParty(PartyRole.MERCHANT, "27号 锦云家纺"),
        NewParty(PartyRole.PROPERTY, COMPANY),
    )
    at = clock() + timedelta(hours=2)
    plan = NewCouncil(at, "居委会会议室", asked, uid(mediator))
    council = plan_council(ws, street.secretary, case_id, plan)
    clock.advance(hours=3)
    with ws.read() as conn:
        known = councils.parties(conn, [council.id])[council.id]
    said = (
        NewParty(PartyRole.OWNER, "201室", known[0].id, True, "立管属公共部位，应由物业修", "可以赔布料"),
        NewParty(PartyRole.MERCHANT, "27号 锦云家纺", known[1].id, True, "赔布料2,400元，电话13912345678", ""),
        NewParty(PartyRole.PROPERTY, COMPANY, known[2].id, True, "阳台支管由业主自己修", "出工"),
    )
    told = Minutes(
        at, True, "居委会会议室", said, uid(mediator), "三方同看201室阳台，放染色水20分钟，27号吊顶见色。",
        "201室阳台排水管老化开裂",
    )  # fmt: skip
    council = write_minutes(ws, street.secretary, council.id, told, council.version)
    with ws.read() as conn:
        return council, councils.parties(conn, [council.id])[council.id]
