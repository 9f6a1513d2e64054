"""Councils as each reader sees them: minutes, parties with what was agreed, private notes for those two alone."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import CaseState
from mapsvc.domain.councils import PARTY_ROLE_NAMES, Council, CouncilState, Party, PartyRole, PrivateNote
from mapsvc.domain.people import Person
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.photos import Photo, PhotoOf
from mapsvc.domain.ways_out import GUIDES, WAY_OUT_NAMES, Guide
from mapsvc.operations.agreements import item_text
from mapsvc.operations.case_around import Around, around
from mapsvc.operations.councils import NewParty, get, suggested_parties
from mapsvc.operations.private_notes import may_see_notes
from mapsvc.operations.tasks import TaskLine, lines
from mapsvc.operations.workspace import Workspace
from mapsvc.store import councils, people, photos, tasks


@dataclass(frozen=True)
class PartyView:
    """A party with what it took upon itself."""

    party: Party
    role_name: str
    name: str
    claim: str
    offer: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class NoteView:
    """What one side said alone."""

    note: PrivateNote
    party: str
    author: str | None


@dataclass(frozen=True)
class CouncilView:
    """A council as this reader sees it.

    Attributes
    ----------
    notes : tuple or None
        None for everybody but the secretary and the mediator.
    items : tuple of TaskLine
        The agreement's items with what became of them.
    is_fulfilled : bool
        Every item that was not cancelled is done.
    wants_check : bool
        All is fulfilled and the case can go on to 核查.
    may_come_back : bool
        It was handed on and the case's clock stands for it.
    """

    council: Council
    parties: tuple[PartyView, ...]
    items: tuple[TaskLine, ...]
    notes: tuple[NoteView, ...] | None
    photos: tuple[Photo, ...]
    mediator: str | None
    place: str
    number: str
    may_hold: bool
    is_fulfilled: bool
    wants_check: bool
    may_come_back: bool
    guide: Guide | None = None
    way_out: str | None = None

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """The parties to choose from."""
        return tuple((p.party.id, f"{p.role_name} {p.name}") for p in self.parties)

    @property
    def unsigned(self) -> tuple[PartyView, ...]:
        """Who was there and has not signed."""
        return tuple(p for p in self.parties if p.party.is_present and p.party.signed_at is None)

    @property
    def signed_at(self) -> datetime | None:
        """When the last one signed; None while somebody present has not."""
        times = [p.party.signed_at for p in self.parties if p.party.signed_at]
        return max(times) if times and not self.unsigned else None


@dataclass(frozen=True)
class CaseCouncils:
    """The councils of a case, the last first; who could be invited to the next, who may mediate."""

    items: tuple[CouncilView, ...]
    may_plan: bool
    invited: tuple[NewParty, ...]
    mediators: tuple[tuple[str, str], ...]
    mediators_default: str
    now: datetime


def case_councils(ws: Workspace, actor: Actor, case_id: str) -> CaseCouncils:
    """The councils of a case as `actor` sees them.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        about = around(conn, case_id, ws.clock())
        found = councils.of_case(conn, about.case_id)
        views = _views(ws, conn, actor, about, found)
        may_hold = may(actor, Action.HOLD_COUNCIL, units=(about.committee,))
        staff = people.staff(conn) if may_hold else []
    is_waiting = any(c.state in (CouncilState.PLANNED, CouncilState.HELD) for c in found)
    may_plan = may_hold and about.found.case.is_open and not is_waiting
    here = next((p.id for p in staff if p.id == actor.person_id), "")
    return CaseCouncils(views[::-1], may_plan, suggested_parties(about), _choices(staff), here, ws.clock())


def get_council(ws: Workspace, actor: Actor, council_id: str) -> CouncilView:
    """One council as `actor` sees it.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        council = get(conn, council_id)
        about = around(conn, council.case_id or "", ws.clock())
        return _views(ws, conn, actor, about, [council])[0]


def _choices(staff: list[Person]) -> tuple[tuple[str, str], ...]:
    return tuple((p.id, p.display_name) for p in staff)


def _views(
    ws: Workspace, conn: Connection, actor: Actor, about: Around, found: list[Council]
) -> tuple[CouncilView, ...]:
    ids = [c.id for c in found]
    parties, agreed = councils.parties(conn, ids), tasks.of_councils(conn, ids)
    notes = councils.notes(conn, [c.id for c in found if may_see_notes(actor, c)])
    pictures = photos.of_records(conn, PhotoOf.COUNCIL, ids)
    authors = {n.author_id for some in notes.values() for n in some}
    staff = people.by_ids(conn, (*authors, *(c.mediator_id for c in found)))
    views = []
    for council in found:
        items = lines(ws, conn, actor, agreed.get(council.id, []), about)
        here = parties.get(council.id, ())
        told = notes.get(council.id, ())
        seen = tuple(_note(n, here, staff) for n in told) if may_see_notes(actor, council) else None
        views.append(_view(actor, about, council, here, items, seen, pictures.get(council.id, ()), staff))
    return tuple(views)


def _view(
    actor: Actor,
    about: Around,
    council: Council,
    parties: tuple[Party, ...],
    items: tuple[TaskLine, ...],
    notes: tuple[NoteView, ...] | None,
    pictures: tuple[Photo, ...],
    staff: dict[str, Person],
) -> CouncilView:
    case, found = about.found.case, about.found
    counted = [line.task for line in items if not line.task.cancelled_at]
    is_fulfilled = council.state is CouncilState.AGREED and bool(counted) and all(t.done_at for t in counted)
    mediator = staff.get(council.mediator_id or "")
    is_failed = council.state is CouncilState.FAILED
    return CouncilView(
        _shown(actor, about, council),
        tuple(_party(actor, about, p, items) for p in parties),
        items,
        notes,
        pictures,
        mediator.display_name if mediator else None,
        found.location.address or found.place_name or found.shop_name or "",
        found.issue.number,
        council.state is not None and may(actor, Action.HOLD_COUNCIL, units=(about.committee,)),
        is_fulfilled,
        is_fulfilled and case.state is CaseState.HANDLING,
        is_failed and case.state is CaseState.SUSPENDED,
        GUIDES[council.way_out] if council.way_out else None,
        WAY_OUT_NAMES[council.way_out] if council.way_out else None,
    )


def _party(actor: Actor, about: Around, party: Party, items: tuple[TaskLine, ...]) -> PartyView:
    own = [line for line in items if line.task.party_id == party.id and not line.task.cancelled_at]
    return PartyView(
        party,
        PARTY_ROLE_NAMES[PartyRole(party.role)],
        about.shown(actor, party.name),
        about.shown(actor, party.claim),
        about.shown(actor, party.offer),
        tuple(item_text(line.text, line.task.amount_fen, line.task.due_at) for line in own),
    )


def _note(note: PrivateNote, parties: tuple[Party, ...], staff: dict[str, Person]) -> NoteView:
    party = next((PARTY_ROLE_NAMES[p.role] for p in parties if p.id == note.party_id), "")
    author = staff.get(note.author_id or "")
    return NoteView(note, party, author.display_name if author else None)


def _shown(actor: Actor, about: Around, council: Council) -> Council:
    def seen(text: str | None) -> str | None:
        return about.shown(actor, text) or None

    return replace(
        council,
        attendees=seen(council.attendees),
        survey=seen(council.survey),
        root_cause=seen(council.root_cause),
        claims=seen(council.claims),
        agreement=seen(council.agreement),
        result=seen(council.result),
    )
