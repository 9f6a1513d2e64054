"""线上驿站: policy entries, each an answer the office stands for, with what it takes and where it comes from."""

from dataclasses import dataclass
from datetime import date

SAMPLE_NOTE = "样例，请核对后再用"


@dataclass(frozen=True)
class Condition:
    """What must be so to be eligible.

    Attributes
    ----------
    before : str or None
        Until when it must have been so, as said in the source: ``上一年12月31日前``.
    hint : str or None
        What to do about it in time, said up to a year ahead; hint_months are the months in which to say it.
    """

    text: str
    before: str | None = None
    hint: str | None = None
    hint_months: tuple[int, ...] = ()


@dataclass(frozen=True)
class ServiceCounter:
    """窗口: where it is handled in person."""

    name: str
    address: str | None = None
    hours: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class PolicyEntry:
    """A policy answer.

    Attributes
    ----------
    id : str
        Short name, never used again for something else: ``kindergarten``.
    topic : str
        One of the topics of needs and enquiries.
    title : str
        The matter in a few words: the name of a sheet of paper.
    questions : tuple of str
        As merchants ask it; the first is the usual one.
    answer : str
        In a few sentences: who is meant, what is needed, what to do next.
    search_words : tuple of str
        Exact words to type into 随申办.
    source, source_date : str, date
        Where it comes from and of when that is.
    valid_from, valid_until : date or None
        First and last day on which it may be said.
    tags, trades, months :
        Further words it is found by; whom it is of use to (empty: everybody); when it is of use unasked.
    is_sample : bool
        Came with the program: to be checked before use.
    """

    id: str
    topic: str
    title: str
    questions: tuple[str, ...]
    answer: str
    source: str
    source_date: date
    conditions: tuple[Condition, ...] = ()
    materials: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    search_words: tuple[str, ...] = ()
    counters: tuple[ServiceCounter, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    tags: tuple[str, ...] = ()
    trades: tuple[str, ...] = ()
    months: tuple[int, ...] = ()
    is_sample: bool = False
    version: int = 1

    def is_valid(self, day: date) -> bool:
        """Whether it may be said on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )
