"""The inside's half of the exchange: a letter out, the answer in, until there is nothing more."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.surface import Letter
from mapsvc.domain.times import iso, to_second
from mapsvc.errors import Broken, Conflict, MapsvcError
from mapsvc.operations.enquiry_steps import SENT_AT
from mapsvc.operations.exchange import state as states
from mapsvc.operations.exchange.keys import INSIDE, Keys, keys_of
from mapsvc.operations.exchange.layout import digest_of, lay_out, small_pictures
from mapsvc.operations.exchange.letters import BadLetter, require_newer, seal, unseal
from mapsvc.operations.exchange.state import State
from mapsvc.operations.exchange.taking import refuse_unreadable, take
from mapsvc.operations.workspace import Workspace
from mapsvc.store import settings as store_settings
from mapsvc.store.queue_lock import QueueLock

Send = Callable[[bytes], bytes]
"""Carries a letter out and brings the answer back; raises MapsvcError where it cannot."""
MOST_ROUNDS = 200
LOCK_NAME = "exchange.lock"
LONGEST_WAIT_S = 20.0


@dataclass(frozen=True)
class Exchanged:
    """What came of an exchange: things handed over, and how many letters it took."""

    said: int
    letters: int


def exchange(ws: Workspace, actor: Actor, send: Send) -> Exchanged:
    """Exchange letters until the outside has nothing more and shows what the inside laid out.

    Raises
    ------
    Forbidden
    Usage
        There is no key.
    Conflict
        Another exchange of this office goes on.
    MapsvcError
        The outside cannot be reached or answers wrongly: what was taken in before stays, the rest comes next time.
    """
    require(actor, Action.EXCHANGE_SURFACE)
    keys = keys_of(ws.settings.surface_key)
    with _alone(ws):
        try:
            done = _rounds(ws, keys, send)
        except MapsvcError as error:
            failed(ws, str(error))
            raise
        _note(ws, lambda state: state.worked(ws.clock()))
    return done


def _rounds(ws: Workspace, keys: Keys, send: Send) -> Exchanged:
    said = letters = 0
    while letters < MOST_ROUNDS:
        letters += 1
        raw, n = _write(ws, keys)
        letter = unseal(send(raw), keys, INSIDE)
        if letter.answers != n:
            raise BadLetter("公网页面答的是另一封信，没有收；请再试一次。", code="other_answer")
        said += _take_in(ws, letter)
        if not letter.has_more and not letter.said and _is_shown(ws):
            break
    return Exchanged(said, letters)


@contextmanager
def _alone(ws: Workspace) -> Iterator[None]:
    """One exchange at a time in this office: of two, the letters would overtake each other."""
    lock = QueueLock(ws.folder / LOCK_NAME)
    with ExitStack() as held:
        held.callback(lock.close)
        try:
            held.enter_context(lock.held(LONGEST_WAIT_S))
        except Broken:
            raise Conflict("这边正在和公网页面交换，请过一会儿再试。", code="exchanging") from None
        yield


def failed(ws: Workspace, why: str) -> None:
    """Remember that it could not be done, and why."""
    _note(ws, lambda state: state.failed(ws.clock(), why))


def write_file(ws: Workspace, actor: Actor) -> bytes:
    """A letter with the whole layout, to be carried to the public surface; raises Forbidden, Usage."""
    require(actor, Action.EXCHANGE_SURFACE)
    return _write(ws, keys_of(ws.settings.surface_key), is_whole=True)[0]


def take_file(ws: Workspace, actor: Actor, raw: bytes) -> int:
    """Take in a letter that somebody carried here; how many things it held.

    Raises
    ------
    Forbidden, Usage
    BadLetter
        It is not for here, not whole, or older than the last.
    """
    require(actor, Action.EXCHANGE_SURFACE)
    letter = unseal(raw, keys_of(ws.settings.surface_key), INSIDE)
    with _alone(ws):
        with ws.read() as conn:
            require_newer(letter, states.read(conn).n_in)
        taken = _take_in(ws, letter)
        _note(ws, lambda state: state.worked(ws.clock()))
    return taken


def status(ws: Workspace, actor: Actor) -> State:
    """How the exchange stands. Raises Forbidden."""
    require(actor, Action.EXCHANGE_SURFACE)
    with ws.read() as conn:
        return states.read(conn)


def _write(ws: Workspace, keys: Keys, *, is_whole: bool = False) -> tuple[bytes, int]:
    """The next letter and its number, which is kept before it goes."""
    at = to_second(ws.clock())
    with ws.read() as conn:
        layout, files = lay_out(conn, ws, at)
    digest = digest_of(layout)
    with ws.write() as conn:
        before = states.read(conn)
        is_new = digest != before.digest
        serial = max(before.serial + 1, int(at.timestamp())) if is_new else before.serial
        n = max(before.n_out + 1, int(at.timestamp() * 1000))
        state = replace(before, n_out=n, serial=serial, digest=digest)
        states.write(conn, state, at)
        sends_layout = is_whole or state.shown != serial
        if sends_layout:
            store_settings.put(conn, SENT_AT, iso(at), at)
    letter = Letter(
        INSIDE,
        keys.surface,
        n,
        at,
        layout=replace(layout, serial=serial) if sends_layout else None,
        acked=state.acked,
        acked_id=state.acked_id,
        photos=small_pictures(files) if sends_layout else {},
    )
    return seal(letter, keys), n


def _take_in(ws: Workspace, letter: Letter) -> int:
    """Take in what was said, then remember how far; cut off in between, it is handed over again and known."""
    for one in letter.said:
        take(ws, one, letter.photos)
    for broken in letter.unreadable:
        refuse_unreadable(ws, broken)
    said = [(one.seq, one.id) for one in letter.said] + [(one.seq, one.id) for one in letter.unreadable]
    last = max(said, default=None)

    def after(state: State) -> State:
        seen = replace(state, n_in=letter.n, shown=letter.layout_serial)
        return replace(seen, acked=last[0], acked_id=last[1]) if last else seen

    _note(ws, after)
    return len(said)


def _is_shown(ws: Workspace) -> bool:
    with ws.read() as conn:
        state = states.read(conn)
    return state.shown == state.serial


def _note(ws: Workspace, change: Callable[[State], State]) -> None:
    at = to_second(ws.clock())
    with ws.write() as conn:
        states.write(conn, change(states.read(conn)), at)
