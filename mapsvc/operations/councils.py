"""三方议事会: planned, held with survey, root cause and claims, called off; and how each reader sees it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain import council_moves as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.council_moves import attendees_text, claims_text
from mapsvc.domain.councils import Council, CouncilState, Party, PartyRole
from mapsvc.domain.people import PersonKind
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import iso, to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.case_around import Around, around
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, councils, events, people


@dataclass(frozen=True)
class NewParty:
    """Who is invited, or was there: with `id` a party that is known, without one more; claim and offer as said."""

    role: PartyRole
    name: str
    id: str | None = None
    is_present: bool | None = None
    claim: str = ""
    offer: str = ""


@dataclass(frozen=True)
class NewCouncil:
    """A meeting to come: when, where, who is invited, who of the staff mediates; `id` may come from the client."""

    held_at: datetime
    venue: str = ""
    parties: tuple[NewParty, ...] = ()
    mediator_id: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class Minutes:
    """What is written of a meeting; `is_held` False: it is still to come, and only moved or asked to by others."""

    held_at: datetime
    is_held: bool = True
    venue: str = ""
    parties: tuple[NewParty, ...] = ()
    mediator_id: str | None = None
    survey: str = ""
    root_cause: str = ""


def plan_council(ws: Workspace, actor: Actor, case_id: str, new: NewCouncil) -> Council:
    """Plan a meeting over a case; the same id again changes nothing.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If the case is over, or the id was used for another case's.
    Refused
        Before the case's report, nobody invited, no such mediator; beside the field.
    """
    require_leave(actor)
    at = to_second(ws.clock())
    with ws.write() as conn:
        about = around(conn, case_id, at)
        require_hold(actor, about)
        known = councils.by_id(conn, new.id) if new.id else None
        if known is not None:
            if known.case_id != about.case_id:
                raise Conflict("这个编号（id）已经用在别的议事会上，请换一个新的 id。", field="id", code="id_used")
            return known
        council = _planned(actor, about, new, at)
        parties = _parties(council.id, (), new.parties, at)
        _require_plan(conn, about, council, new.parties)
        council = replace(council, attendees=attendees_text(parties))
        councils.add(conn, council)
        councils.add_parties(conn, parties)
        if council.held_at > at:
            tell(conn, actor, about, council.id, at)
        audit.append(conn, actor, "plan_council", "council", council.id, None, council, at)
    return council


def write_minutes(ws: Workspace, actor: Actor, council_id: str, told: Minutes, version: int) -> Council:
    """Write what was said, or move a meeting to come.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If somebody changed it since `version`; it failed, or is a workbook's.
    Refused
        Times that cannot be, parties without a name; beside the field.
    """
    at = to_second(ws.clock())
    with ws.write() as conn:
        before, about = opened(conn, actor, council_id, version, at)
        had = councils.parties(conn, [before.id]).get(before.id, ())
        parties = _parties(before.id, had, told.parties, at)
        held_at = to_second(told.held_at)
        changed = rules.hold(before, held_at, at) if told.is_held else _moved(before, held_at)
        if changed.state is CouncilState.AGREED and changed.held_at != before.held_at:
            raise Refused("已经谈成，开会时间不能再改。", field="held_at", code="agreed")
        changed = replace(
            changed, venue=told.venue.strip() or None, mediator_id=told.mediator_id or None,
            survey=told.survey.strip() or None, root_cause=told.root_cause.strip() or None,
            claims=claims_text(parties), attendees=attendees_text(parties),
        )  # fmt: skip
        _require_plan(conn, about, changed, told.parties)
        after = keep(conn, actor, "write_minutes", before, changed, at)
        _keep_parties(conn, had, parties)
        _retell(conn, actor, about, before, after)
    return after


def call_off_council(ws: Workspace, actor: Actor, council_id: str, version: int) -> str:
    """Take a meeting out that will not be; returns the case's id.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If it was held, or somebody changed it since `version`.
    """
    at = to_second(ws.clock())
    with ws.write() as conn:
        council, about = opened(conn, actor, council_id, version, at)
        rules.require_planned(council)
        councils.remove(conn, council.id)
        events.forget(conn, [council.id])
        audit.append(conn, actor, "call_off_council", "council", council.id, council, None, at)
    return about.case_id


def opened(conn: Connection, actor: Actor, council_id: str, version: int, at: datetime) -> tuple[Council, Around]:
    """A council that `actor` is about to change, and its case.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If `version` is no longer the stored one; `extra` tells what is there now.
    """
    require_leave(actor)
    council = get(conn, council_id)
    about = around(conn, council.case_id or "", at)
    require_hold(actor, about)
    if version != council.version:
        raise _stale(conn, council)
    return council, about


def get(conn: Connection, council_id: str) -> Council:
    """The council with this id; raises NotFound."""
    found = councils.by_id(conn, council_id)
    if found is None or found.case_id is None:
        raise NotFound("没有这次议事会，请从案件页打开。", field="council", code="unknown_council")
    return found


def keep(conn: Connection, actor: Actor, act: str, before: Council, changed: Council, at: datetime) -> Council:
    """Write a changed council with its next version and audit row; raises Conflict if another change came first."""
    after = replace(changed, version=before.version + 1)
    if not councils.replace(conn, after, before.version):
        raise _stale(conn, before)
    audit.append(conn, actor, act, "council", after.id, before, after, at)
    return after


def tell(conn: Connection, actor: Actor, about: Around, ref: str, at: datetime, type: str = "council") -> None:
    """Write an event of a council."""
    events.append(conn, type=type, ref=ref, at=at, actor_id=actor.person_id, **about.where)


def require_hold(actor: Actor, about: Around) -> None:
    """Raise Forbidden unless `actor` may hold councils over the case: the secretary, the door's own committee."""
    require(actor, Action.HOLD_COUNCIL, units=(about.committee,))


def suggested_parties(about: Around) -> tuple[NewParty, ...]:
    """Who should be there: the owner, to be named by hand, the merchant, those of the register."""
    found = about.found
    where = f"{found.location.house_number}号" if found.location.house_number else found.location.address or ""
    shop = f"{where} {found.shop_name or ''}".strip()
    invited = [NewParty(PartyRole.OWNER, ""), NewParty(PartyRole.MERCHANT, shop if found.issue.shop_id else "")]
    invited.append(NewParty(PartyRole.PROPERTY, about.company or ""))
    if about.committee:
        invited.append(NewParty(PartyRole.COMMITTEE, about.committee))
    return tuple(invited)


def require_leave(actor: Actor) -> None:
    """Raise Forbidden unless `actor` may hold councils somewhere."""
    require(actor, Action.HOLD_COUNCIL, actor.person_id, (actor.unit,))


def _planned(actor: Actor, about: Around, new: NewCouncil, at: datetime) -> Council:
    if not about.found.case.is_open:
        raise Conflict("案件已经了结，不能再约议事会；要接着办请先重新打开。", code="case_closed")
    return Council(
        new.id or str(uuid4()),
        to_second(new.held_at),
        about.case_id,
        about.found.issue.id,
        new.venue.strip() or None,
        state=CouncilState.PLANNED,
        mediator_id=new.mediator_id or None,
        made_by=actor.person_id,
        made_at=at,
    )


def _moved(before: Council, held_at: datetime) -> Council:
    rules.require_planned(before)
    return replace(before, held_at=held_at)


def _require_plan(conn: Connection, about: Around, council: Council, parties: Sequence[NewParty]) -> None:
    rules.require_time(council.held_at, about.since)
    rules.require_parties([(p.name, p.claim + p.offer) for p in parties])
    if council.mediator_id:
        chosen = people.by_id(conn, council.mediator_id)
        if chosen is None or chosen.kind is not PersonKind.STAFF or chosen.left_at is not None:
            raise Refused("没有这位工作人员，请从名单里选调解员。", field="mediator", code="unknown_person")


def _parties(council_id: str, had: Sequence[Party], told: Sequence[NewParty], at: datetime) -> tuple[Party, ...]:
    """The parties as told, in that order; rows without a name are left out, known ones that are not told stay."""
    known, parties = {p.id: p for p in had}, []
    for sort, one in enumerate(told):
        if not one.name.strip():
            continue
        party = known.pop(one.id or "", None) or Party(str(uuid4()), council_id, one.role, "", at)
        parties.append(
            replace(
                party, role=one.role, name=one.name.strip(), is_present=one.is_present, sort=sort,
                claim=one.claim.strip() or None, offer=one.offer.strip() or None,
            )
        )  # fmt: skip
    return (*parties, *known.values())


def _keep_parties(conn: Connection, had: Sequence[Party], parties: Sequence[Party]) -> None:
    known = {p.id: p for p in had}
    councils.add_parties(conn, [p for p in parties if p.id not in known])
    for party in parties:
        if party.id in known and party != known[party.id]:
            councils.replace_party(conn, party)


def _retell(conn: Connection, actor: Actor, about: Around, before: Council, after: Council) -> None:
    """The history tells of a meeting once, at the time it was held."""
    if after.state is CouncilState.PLANNED or (before.state is after.state and before.held_at == after.held_at):
        return
    if before.state is not CouncilState.PLANNED:
        events.forget(conn, [after.id], before.held_at)
    tell(conn, actor, about, after.id, after.held_at)


def _stale(conn: Connection, council: Council) -> Conflict:
    """What is there now, so that both can be seen side by side."""
    now = councils.by_id(conn, council.id) or council
    parties = councils.parties(conn, [now.id]).get(now.id, ())
    extra: dict[str, object] = {
        "version": now.version,
        "now": {
            "held_at": iso(now.held_at),
            "venue": now.venue,
            "survey": now.survey,
            "root_cause": now.root_cause,
            "claims": now.claims,
            "agreement": now.agreement,
            "parties": "、".join(p.label for p in parties),
        },
    }
    message = "别人刚改过这次议事会的记录，请对照现在的内容再提交。"
    return Conflict(message, field="version", code="stale_version", extra=extra)
