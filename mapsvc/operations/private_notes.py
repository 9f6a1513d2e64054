"""单独谈: what one side said alone; for the secretary and the council's mediator, nobody else learns of it."""

from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.council_moves import MOST_WORDS
from mapsvc.domain.councils import Council, PrivateNote
from mapsvc.domain.permissions import Action, may
from mapsvc.domain.times import to_second
from mapsvc.errors import NotFound, Refused
from mapsvc.operations.councils import get
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, councils


def may_see_notes(actor: Actor, council: Council) -> bool:
    """Whether `actor` is the secretary, or the mediator of this very council."""
    return council.state is not None and may(actor, Action.SEE_PRIVATE_NOTES, council.mediator_id)


def notes_of(ws: Workspace, actor: Actor, council_id: str) -> tuple[PrivateNote, ...]:
    """What was said in private at a council, oldest first.

    Raises
    ------
    NotFound
        For everybody but the secretary and the mediator too: to them there is nothing at this address.
    """
    with ws.read() as conn:
        council = _opened(conn, actor, council_id)
        return councils.notes(conn, [council.id]).get(council.id, ())


def add_private_note(
    ws: Workspace, actor: Actor, council_id: str, text: str, party_id: str | None = None
) -> PrivateNote:
    """Write down what a side said alone; the history tells nothing of it.

    Raises
    ------
    NotFound
        As `notes_of`.
    Refused
        No words, too many, or a party that is none of the council's.
    """
    at = to_second(ws.clock())
    with ws.write() as conn:
        council = _opened(conn, actor, council_id)
        said = text.strip()
        if not said:
            raise Refused("请写单独谈了什么。", field="text", code="no_text")
        if len(said) > MOST_WORDS:
            raise Refused(f"单独谈最多写{MOST_WORDS}个字，现在有{len(said)}个。", field="text", code="too_long")
        known = {p.id for p in councils.parties(conn, [council.id]).get(council.id, ())}
        if party_id and party_id not in known:
            raise Refused("请选是和哪一方谈的。", field="party", code="unknown_party")
        note = PrivateNote(str(uuid4()), council.id, said, at, party_id or None, actor.person_id)
        councils.add_note(conn, note)
        audit.append(conn, actor, "add_private_note", "private_note", note.id, None, note, at)
    return note


def remove_private_note(ws: Workspace, actor: Actor, council_id: str, note_id: str) -> None:
    """Take back what was written by mistake; raises NotFound as `notes_of`, or if there is no such note."""
    at = to_second(ws.clock())
    with ws.write() as conn:
        council = _opened(conn, actor, council_id)
        if not councils.remove_note(conn, council.id, note_id):
            raise _not_there()
        audit.append(conn, actor, "remove_private_note", "private_note", note_id, None, None, at)


def _opened(conn: Connection, actor: Actor, council_id: str) -> Council:
    council = get(conn, council_id)
    if not may_see_notes(actor, council):
        raise _not_there()
    return council


def _not_there() -> NotFound:
    return NotFound("没有这次议事会，请从案件页打开。", field="council", code="unknown_council")
