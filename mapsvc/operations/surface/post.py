"""The public surface's half of the exchange: a letter of the inside is taken in, what was said is handed over."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from mapsvc.domain.surface import Layout, Letter, Said
from mapsvc.domain.times import to_second
from mapsvc.operations.exchange.keys import OUTSIDE, Keys, keys_of
from mapsvc.operations.exchange.letters import MOST_SAID, PHOTO_ROOM, is_for, require_newer, seal, unseal
from mapsvc.operations.surface.space import Space
from mapsvc.store.surface import cards, counts, facts, orders, outbox, pictures, policies
from mapsvc.store.surface.documents import time_text

COUNTS_KEPT = timedelta(days=1)
TAKEN_KEPT = timedelta(days=90)


def is_for_us(space: Space, head: bytes) -> bool:
    """Whether the first bytes may begin a letter to this surface; without a key nothing does."""
    return bool(space.settings.surface_key) and is_for(head, keys_of(space.settings.surface_key))


def answer_letter(space: Space, raw: bytes) -> bytes:
    """Take in a letter of the inside and answer it.

    Raises
    ------
    BadLetter
        It is not for this surface, not whole, or older than the last; nothing was changed.
    Usage
        There is no key.
    """
    keys = keys_of(space.settings.surface_key)
    letter = unseal(raw, keys, OUTSIDE)
    with space.write() as conn:
        _take_in(conn, letter, to_second(space.clock()))
        raw_answer = seal(_write(conn, space, keys), keys)
    space.database.checkpoint()
    return raw_answer


def take_file(space: Space, raw: bytes) -> Letter:
    """Take in a letter that somebody carried here; raises as `answer_letter`."""
    letter = unseal(raw, keys_of(space.settings.surface_key), OUTSIDE)
    with space.write() as conn:
        _take_in(conn, letter, to_second(space.clock()))
    space.database.checkpoint()
    return letter


def write_file(space: Space) -> bytes:
    """A letter with what waits here, to be carried to the inside; raises Usage without a key."""
    keys = keys_of(space.settings.surface_key)
    with space.write() as conn:
        return seal(_write(conn, space, keys), keys)


def status(space: Space) -> dict[str, Any]:
    """How the exchange stands, as this side knows it."""
    with space.read() as conn:
        return {
            "waiting": outbox.count_waiting(conn),
            "last_letter_at": facts.get(conn, facts.LAST_SEEN),
            "layout": int(facts.get(conn, facts.LAYOUT) or 0),
            "cards": cards.count(conn),
        }


def next_n(last: int, at: datetime) -> int:
    """The number of the next letter: it rises by the clock, so that a store made anew does not begin below it."""
    return max(last + 1, int(at.timestamp() * 1000))


def _take_in(conn: Connection, letter: Letter, at: datetime) -> None:
    require_newer(letter, int(facts.get(conn, facts.LAST_IN) or 0))
    # What was picked up is not to be read out of the file's free pages either.
    conn.exec_driver_sql("PRAGMA secure_delete=ON")
    facts.put(conn, facts.LAST_IN, letter.n)
    facts.put(conn, facts.LAST_SEEN, time_text(at))
    if letter.layout is not None:
        _lay_out(conn, letter.layout, letter.photos, at)
    _let_go(conn, letter, at)
    pictures.keep_only(conn, outbox.photos_waiting(conn) | orders.pictures_of_all(conn))
    counts.forget_before(conn, at - COUNTS_KEPT)
    outbox.forget_taken_before(conn, at - TAKEN_KEPT)


def _lay_out(conn: Connection, layout: Layout, photos: Mapping[str, bytes], at: datetime) -> None:
    cards.replace_all(conn, layout.cards)
    policies.replace_all(conn, layout.policies)
    orders.replace_all(conn, layout.orders)
    pictures.keep(conn, photos, at, is_laid=True)
    facts.put(conn, facts.LAYOUT, layout.serial)
    facts.put(conn, facts.OFFICE, dict(layout.office))
    facts.put(conn, facts.WORKING, [[time_text(a), time_text(b)] for a, b in layout.working_spans])
    facts.put(conn, facts.KINDS, [list(kind) for kind in layout.kinds])
    facts.put(conn, facts.TOPICS, list(layout.topics))


def _let_go(conn: Connection, letter: Letter, at: datetime) -> None:
    """Erase what the inside has: only where the same stands at that number as it was handed over."""
    if letter.acked and outbox.id_at(conn, letter.acked) == letter.acked_id:
        outbox.take_away(conn, letter.acked, at)


def _write(conn: Connection, space: Space, keys: Keys) -> Letter:
    at = to_second(space.clock())
    said, photos, has_more = _next_said(conn)
    n = next_n(int(facts.get(conn, facts.LAST_OUT) or 0), at)
    facts.put(conn, facts.LAST_OUT, n)
    return Letter(
        OUTSIDE,
        keys.surface,
        n,
        at,
        said=said,
        has_more=has_more,
        layout_serial=int(facts.get(conn, facts.LAYOUT) or 0),
        photos=photos,
        answers=int(facts.get(conn, facts.LAST_IN) or 0),
    )


def _next_said(conn: Connection) -> tuple[tuple[Said, ...], dict[str, bytes], bool]:
    """The next things said, as many as fit, in order; at least one."""
    waiting = outbox.waiting(conn, MOST_SAID + 1)
    said: list[Said] = []
    photos: dict[str, bytes] = {}
    room = PHOTO_ROOM
    for one in waiting[:MOST_SAID]:
        found = {sha: jpeg for sha in one.photos if (jpeg := pictures.jpeg_of(conn, sha)) is not None}
        size = sum(len(jpeg) for jpeg in found.values())
        if said and size > room:
            break
        room -= size
        said.append(one)
        photos |= found
    return tuple(said), photos, len(waiting) > len(said)
