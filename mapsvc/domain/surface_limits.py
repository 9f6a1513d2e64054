"""How much may be asked and said on the public surface: abuse is slowed, nobody's shop is locked out."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from mapsvc.domain.surface import SaidKind

MISSES = 20
"""Addresses of cards that open nothing: as many from one source are a worn-out print and its neighbours."""
MISS_WINDOW = timedelta(minutes=10)
WAIT_S = 2.0
"""How long a guessing source waits before its next address is even looked up, be it right or wrong."""
MOST_WAITING = 4
"""Requests of one process that wait at the same time; each holds a thread."""
MOST_WAITING_OF_SOURCE = 2
RETRY_AFTER_S = 10
"""What whoever finds no place to wait is told."""
MOST_SOURCES = 20_000
"""Sources whose misses one process remembers; the longest silent is forgotten first."""
SAID_WINDOW = timedelta(hours=1)
USUAL_WINDOW = timedelta(days=1)
MOST_ROWS = 20_000
MOST_PHOTO_BYTES = 1024 * 1024 * 1024
HELD_SHARE = 2
"""What goes beyond the usual may fill half of the store, so that one card cannot shut out the others."""
MOST_PHOTOS = 4
"""Pictures with one report."""


class Weight(StrEnum):
    """Words wait for somebody to read them; a choice replaces the one before."""

    WORDS = "words"
    CHOICE = "choice"


WEIGHTS: dict[SaidKind, Weight] = {
    SaidKind.ASK: Weight.WORDS,
    SaidKind.REPORT: Weight.WORDS,
    SaidKind.THANK: Weight.WORDS,
    SaidKind.RATE: Weight.WORDS,
    SaidKind.QUIET: Weight.CHOICE,
    SaidKind.TOPICS: Weight.CHOICE,
    SaidKind.ORDER: Weight.WORDS,
}
AN_HOUR: dict[Weight, int] = {Weight.WORDS: 12, Weight.CHOICE: 40}
"""Most that one source says with one card in an hour."""
USUAL_A_DAY: dict[Weight, int] = {Weight.WORDS: 20, Weight.CHOICE: 80}
"""Most that is said with one card in a day before it is laid aside."""


@dataclass(frozen=True)
class Load:
    """How full the store is: things nobody picked up yet, bytes of the photos said with them."""

    rows: int
    photo_bytes: int


def kinds_of(weight: Weight) -> tuple[SaidKind, ...]:
    """Everything that weighs alike."""
    return tuple(kind for kind, its in WEIGHTS.items() if its is weight)


def is_beyond_usual(said_today: int, kind: SaidKind) -> bool:
    """Whether a card says more today than one usually does; it is taken all the same."""
    return said_today >= USUAL_A_DAY[WEIGHTS[kind]]


def is_too_fast(said_in_hour: int, kind: SaidKind) -> bool:
    """Whether one source says too much with one card."""
    return said_in_hour >= AN_HOUR[WEIGHTS[kind]]


def is_full(load: Load, adding: int, is_held: bool) -> bool:
    """Whether the store takes no more; `adding`: bytes of photos that would come."""
    share = HELD_SHARE if is_held else 1
    if load.rows >= MOST_ROWS // share:
        return True
    return adding > 0 and load.photo_bytes + adding > MOST_PHOTO_BYTES // share
