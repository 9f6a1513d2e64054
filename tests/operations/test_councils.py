"""A council from the invitation to the last item fulfilled, or handed on; on both databases."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from mapsvc.domain.cases import CaseState
from mapsvc.domain.councils import AgreedItem, CouncilState, PartyRole
from mapsvc.domain.ways_out import WayOut
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import history
from mapsvc.operations.agreements import NewAgreement, agree, come_back, hand_on, sign
from mapsvc.operations.cases import get_case
from mapsvc.operations.council_papers import paper_of
from mapsvc.operations.council_views import case_councils, get_council
from mapsvc.operations.councils import (
    Minutes,
    NewCouncil,
    NewParty,
    call_off_council,
    plan_council,
    write_minutes,
)
from mapsvc.operations.exports import export_ledger
from mapsvc.operations.private_notes import add_private_note
from mapsvc.operations.tasks import case_tasks, finish_task
from mapsvc.operations.workspace import Workspace
from tests.support.clock import FixedClock
from tests.support.councils import COMMITTEE_ACTOR, COMPANY, OTHER_COMMITTEE, SECRET, held_council, leak
from tests.support.street import Street, uid

HOUR = timedelta(hours=1)


@pytest.fixture
def case_id(workspace: Workspace, street: Street, clock: FixedClock) -> str:
    """The leak at 27号, in handling."""
    return leak(workspace, street, clock)


def titles(ws: Workspace, street: Street) -> list[str]:
    """The history of 27号, newest first."""
    return [e.title for e in history.shop_history(ws, street.chen, "LT0001", 50).items]


def refused_fields(error: pytest.ExceptionInfo[Refused]) -> list[str]:
    """Beside which fields."""
    return [p.field for p in error.value.problems]


def test_who_is_invited_comes_from_the_register(workspace: Workspace, street: Street, case_id: str) -> None:
    asked = case_councils(workspace, street.secretary, case_id)
    assert asked.may_plan
    assert [(p.role.value, p.name) for p in asked.invited] == [
        ("owner", ""), ("merchant", "27号 锦云家纺"), ("property", "兰凤物业"), ("committee", "兰凤新村居委会"),
    ]  # fmt: skip
    assert not case_councils(workspace, street.chen, case_id).may_plan
    assert case_councils(workspace, COMMITTEE_ACTOR, case_id).may_plan


def test_who_may_hold_one(workspace: Workspace, street: Street, clock: FixedClock, case_id: str) -> None:
    plan = NewCouncil(clock() + HOUR, parties=(NewParty(PartyRole.OWNER, "201室"),))
    for actor in (street.chen, street.office, street.volunteer, OTHER_COMMITTEE):
        with pytest.raises(Forbidden):
            plan_council(workspace, actor, case_id, plan)
    with pytest.raises(NotFound):
        plan_council(workspace, street.secretary, "nothing", plan)
    planned = plan_council(workspace, COMMITTEE_ACTOR, case_id, replace(plan, id=uid("council")))
    assert planned.state is CouncilState.PLANNED
    assert plan_council(workspace, COMMITTEE_ACTOR, case_id, replace(plan, id=uid("council"))) == planned
    assert titles(workspace, street)[0] == "约三方议事会"
    with pytest.raises(Forbidden):
        call_off_council(workspace, street.chen, planned.id, planned.version)
    call_off_council(workspace, street.secretary, planned.id, planned.version)
    assert titles(workspace, street)[0] != "约三方议事会"


def test_plans_that_cannot_be(workspace: Workspace, street: Street, clock: FixedClock, case_id: str) -> None:
    owner = NewParty(PartyRole.OWNER, "201室")
    good = NewCouncil(clock() + HOUR, parties=(owner,))
    wrong = {
        "held_at": replace(good, held_at=clock() - timedelta(days=1)),
        "parties": replace(good, parties=(replace(owner, name=" "),)),
        "mediator": replace(good, mediator_id="nobody"),
    }
    for field, plan in wrong.items():
        with pytest.raises(Refused) as refused:
            plan_council(workspace, street.secretary, case_id, plan)
        assert refused_fields(refused) == [field]


def test_from_claims_to_the_last_item(workspace: Workspace, street: Street, clock: FixedClock, case_id: str) -> None:
    council, (owner, merchant, company) = held_council(workspace, street, clock, case_id)
    assert council.claims == (
        "业主201室：立管属公共部位，应由物业修；商户27号 锦云家纺：赔布料2,400元，电话13912345678；"
        "兰凤物业：阳台支管由业主自己修"
    )
    assert titles(workspace, street)[:2] == ["三方议事会", "约三方议事会"]
    due = clock() + timedelta(days=4)
    items = (
        AgreedItem(owner.id, "赔布料", 186_000, due),
        None,
        AgreedItem(merchant.id, "腾出店面", None, due),
        AgreedItem(company.id, "更换排水管", None, due),
    )
    signed = dict.fromkeys((owner.id, merchant.id, company.id), clock())
    council = agree(workspace, street.secretary, council.id, NewAgreement(items, clock(), signed), council.version)
    assert (council.state, council.result, council.fulfil_by) == (CouncilState.AGREED, "达成一致", due)
    entry = history.shop_history(workspace, street.chen, "LT0001").items[0]
    assert (entry.title, entry.detail) == ("协议签字", "三方签字，生成3项任务")
    tasks = case_tasks(workspace, street.secretary, case_id).items
    assert [(t.who, t.text, t.amount) for t in tasks] == [
        ("业主201室", "赔布料", "1,860元"), ("商户27号 锦云家纺", "腾出店面", ""), (COMPANY, "更换排水管", ""),
    ]  # fmt: skip
    clock.advance(days=2)
    for task in tasks:
        assert not get_council(workspace, street.chen, council.id).wants_check
        finish_task(workspace, street.secretary, task.task.id, "办了")
    shown = get_council(workspace, street.chen, council.id)
    assert shown.wants_check
    assert shown.parties[0].items == ("赔布料 1,860元，11月27日 13:00前",)
    assert shown.parties[1].claim == "赔布料2,400元，电话13912345678"
    assert get_council(workspace, street.zhou, council.id).parties[1].claim == "赔布料2,400元，电话139****5678"
    assert titles(workspace, street)[:3] == ["履行 · 办好了"] * 3


def test_signatures_come_later(workspace: Workspace, street: Street, clock: FixedClock, case_id: str) -> None:
    council, (owner, merchant, company) = held_council(workspace, street, clock, case_id)
    with pytest.raises(Conflict):
        sign(workspace, street.secretary, council.id, {owner.id: clock()}, council.version)
    items = (AgreedItem(company.id, "更换排水管"),)
    council = agree(workspace, street.secretary, council.id, NewAgreement(items), council.version)
    assert titles(workspace, street)[0] == "议定协议"
    clock.advance(days=1)
    with pytest.raises(Refused):
        sign(workspace, street.secretary, council.id, {}, council.version)
    with pytest.raises(Refused) as refused:
        sign(workspace, street.secretary, council.id, {owner.id: clock() + HOUR}, council.version)
    assert refused_fields(refused) == [f"signed.{owner.id}"]
    council = sign(workspace, street.secretary, council.id, {owner.id: clock(), merchant.id: clock()}, council.version)
    entry = history.shop_history(workspace, street.chen, "LT0001").items[0]
    assert (entry.title, entry.detail) == ("协议签字", "业主、商户签字")
    assert [p.party.id for p in get_council(workspace, street.chen, council.id).unsigned] == [company.id]


def test_agreements_that_cannot_be(workspace: Workspace, street: Street, clock: FixedClock, case_id: str) -> None:
    council, (owner, *_) = held_council(workspace, street, clock, case_id)
    good = AgreedItem(owner.id, "赔布料", 100, clock() + HOUR)
    early = council.held_at - timedelta(minutes=1)
    wrong = [
        ((), None, "items"),
        ((None, None), None, "items"),
        ((None, replace(good, amount_fen=-1)), None, "items.1.amount"),
        ((replace(good, due_at=early),), None, "items.0.due_at"),
        ((replace(good, party_id="nobody"),), None, "items.0.party"),
        ((replace(good, what=" "),), None, "items.0.what"),
        ((good,), early, "agreed_at"),
        ((good,), clock() + HOUR, "agreed_at"),
    ]
    for items, at, field in wrong:
        with pytest.raises(Refused) as refused:
            agree(workspace, street.secretary, council.id, NewAgreement(items, at), council.version)
        assert refused_fields(refused) == [field]
    assert case_tasks(workspace, street.secretary, case_id).items == ()


def test_no_agreement_without_two_parties(
    workspace: Workspace, street: Street, clock: FixedClock, case_id: str
) -> None:
    council, parties = held_council(workspace, street, clock, case_id)
    alone = tuple(NewParty(p.role, p.name, p.id, p.id == parties[0].id) for p in parties)
    council = write_minutes(
        workspace, street.secretary, council.id, Minutes(council.held_at, parties=alone), council.version
    )
    with pytest.raises(Refused) as refused:
        agree(
            workspace, street.secretary, council.id, NewAgreement((AgreedItem(parties[0].id, "修"),)), council.version
        )
    assert refused_fields(refused) == ["parties"]


def test_who_was_slower_sees_both(workspace: Workspace, street: Street, clock: FixedClock, case_id: str) -> None:
    council, parties = held_council(workspace, street, clock, case_id)
    with pytest.raises(Conflict) as stale:
        agree(
            workspace, street.secretary, council.id, NewAgreement((AgreedItem(parties[0].id, "修"),)),
            council.version - 1,
        )  # fmt: skip
    assert stale.value.extra["version"] == council.version
    assert stale.value.extra["now"]["root_cause"] == "201室阳台排水管老化开裂"  # type: ignore[index]


def test_a_meeting_cannot_be_held_ahead(workspace: Workspace, street: Street, clock: FixedClock, case_id: str) -> None:
    plan = NewCouncil(clock() + HOUR, parties=(NewParty(PartyRole.OWNER, "201室"),))
    council = plan_council(workspace, street.secretary, case_id, plan)
    with pytest.raises(Refused) as refused:
        write_minutes(
            workspace, street.secretary, council.id, Minutes(council.held_at, parties=plan.parties), council.version
        )
    assert refused_fields(refused) == ["held_at"]
    moved = write_minutes(
        workspace, street.secretary, council.id,
        Minutes(clock() + 2 * HOUR, False, "换了地方", plan.parties), council.version,
    )  # fmt: skip
    assert (moved.state, moved.venue) == (CouncilState.PLANNED, "换了地方")
    with pytest.raises(Conflict):
        hand_on(workspace, street.secretary, council.id, WayOut.MEDIATION, "谈不拢", moved.version)


def test_no_agreement_stops_the_clock_until_it_comes_back(
    workspace: Workspace, street: Street, clock: FixedClock, case_id: str
) -> None:
    council, _ = held_council(workspace, street, clock, case_id)
    with pytest.raises(Refused):
        hand_on(workspace, street.secretary, council.id, WayOut.MEDIATION, " ", council.version)
    council = hand_on(workspace, street.secretary, council.id, WayOut.MEDIATION, "金额差太多", council.version)
    assert (council.state, council.result) == (CouncilState.FAILED, "未达成一致，转人民调解：金额差太多")
    case = get_case(workspace, street.secretary, case_id)
    assert case.line.found.case.state is CaseState.SUSPENDED
    assert case.line.clock.paused
    shown = get_council(workspace, street.secretary, council.id)
    assert shown.may_come_back
    assert shown.guide is not None
    clock.advance(days=5)
    council = come_back(workspace, street.secretary, council.id, "调解成了，业主赔1500元", council.version)
    assert get_case(workspace, street.secretary, case_id).line.found.case.state is CaseState.HANDLING
    assert council.result == "未达成一致，转人民调解：金额差太多；人民调解有结果：调解成了，业主赔1500元"
    assert case_councils(workspace, street.secretary, case_id).may_plan


def minutes_exported(ws: Workspace, street: Street) -> list[dict[str, object]]:
    """The rows of 议事记录."""
    book = io.BytesIO()
    export_ledger(ws, street.secretary, book)
    header, *rows = list(load_workbook(book)["议事记录"].iter_rows(min_row=2, values_only=True))
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_the_ledger_has_what_was_held(workspace: Workspace, street: Street, clock: FixedClock, case_id: str) -> None:
    plan = NewCouncil(clock() + HOUR, parties=(NewParty(PartyRole.OWNER, "201室"),))
    planned = plan_council(workspace, street.secretary, case_id, plan)
    assert minutes_exported(workspace, street) == []
    call_off_council(workspace, street.secretary, planned.id, planned.version)
    held_council(workspace, street, clock, case_id)
    (row,) = minutes_exported(workspace, street)
    assert row["症结"] == "201室阳台排水管老化开裂"
    assert "13912345678" not in str(row)


def test_the_paper_tells_nobodys_number(workspace: Workspace, street: Street, clock: FixedClock, case_id: str) -> None:
    council, (owner, *_) = held_council(workspace, street, clock, case_id)
    add_private_note(workspace, street.secretary, council.id, SECRET, owner.id)
    paper = paper_of(workspace, street.chen, council.id)
    assert (paper.title, paper.closing, len(paper.signers)) == ("三方议事会记录", "", 5)
    council = agree(workspace, street.secretary, council.id, NewAgreement((AgreedItem(owner.id, "赔布料", 1),)), 2)
    paper = paper_of(workspace, street.chen, council.id)
    assert paper.agreed == (("业主（201室）", "赔布料", "0.01元", ""),)
    assert "电话139****5678" in str(paper)
    assert SECRET not in str(paper)
    assert paper.signers == (
        "业主（201室）", "商户（27号 锦云家纺）", "物业（兰凤物业）", "调解员（小周）", "主持人",
    )  # fmt: skip
