"""Attempts to reach somebody, on the timeline: whom and how in the title, what came of it in the detail."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mapsvc.domain.contacts import CONTACT_PARTY_NAMES, CONTACT_RESULT_NAMES, CONTACT_WAY_NAMES, ContactAttempt
from mapsvc.domain.history import Words
from mapsvc.store import contacts
from mapsvc.store.events import Event


def load(conn: Connection, events: Sequence[Event]) -> dict[int, Words]:
    """Words by id of the event."""
    found = contacts.by_ids(conn, (e.ref for e in events))
    return {e.id: contact_words(found[e.ref]) for e in events if e.ref in found}


def contact_words(attempt: ContactAttempt) -> Words:
    """找业主 · 登记电话: 空号."""
    title = f"找{CONTACT_PARTY_NAMES[attempt.party]} · {CONTACT_WAY_NAMES[attempt.way]}"
    return Words(title, CONTACT_RESULT_NAMES[attempt.result], state=attempt.result.value)
