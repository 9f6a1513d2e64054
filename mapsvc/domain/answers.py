"""Usual answers 常问答案: what is kept, and which of them fits a door."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mapsvc.domain import topics

SAMPLE_NOTE = "样例，请核对后再用"
_LONGEST = {"id": 40, "question": 60, "answer": 600, "source": 80}


@dataclass(frozen=True)
class Answer:
    """A question with the answer the office stands for.

    Attributes
    ----------
    topic : str
        One of the topics of needs and enquiries.
    source, source_date : str, date
        Where it comes from and of when that is.
    valid_until : date or None
        Last day on which it may be said.
    trades : tuple of str
        Whom it is of use to; empty: everybody.
    months : tuple of int
        When it is of use unasked; empty: only when asked.
    is_sample : bool
        Came with the program: to be checked before use.
    """

    id: str
    topic: str
    question: str
    answer: str
    source: str
    source_date: date
    valid_until: date | None = None
    trades: tuple[str, ...] = ()
    months: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    is_sample: bool = False

    @property
    def title(self) -> str:
        """The question as the name of a sheet of paper."""
        return self.question.rstrip("？?。 ")

    def is_valid(self, day: date) -> bool:
        """Whether it may be said on `day`."""
        return self.valid_until is None or day <= self.valid_until


@dataclass(frozen=True)
class Tip:
    """顺带: one line for a door, and the answer to bring along."""

    text: str
    answer: str | None = None


def answer_from(row: Mapping[str, Any]) -> Answer:
    """An answer from a table of the file.

    Raises
    ------
    ValueError
        Something is missing or of another kind; the message says what, in Chinese.
    """
    for name, longest in _LONGEST.items():
        text = row.get(name)
        if not isinstance(text, str) or not text.strip() or len(text) > longest:
            raise ValueError(f"{name} 要写成文字，最多{longest}字")
    if row.get("topic") not in topics.NAMES:
        raise ValueError(f"topic 要从这些里选：{'、'.join(topics.NAMES)}")
    if not isinstance(row.get("source_date"), date):
        raise ValueError("source_date 要写成日期，例如 2026-09-01")
    until = row.get("valid_until", "none")
    if until != "none" and not isinstance(until, date):
        raise ValueError('valid_until 要写成日期，长期有效写 "none"')
    months = row.get("months", [])
    if not isinstance(months, list) or not all(isinstance(m, int) and 1 <= m <= 12 for m in months):
        raise ValueError("months 要写成月份，例如 [11, 12, 1]")
    return Answer(
        row["id"].strip(), row["topic"], row["question"].strip(), " ".join(row["answer"].split()),
        row["source"].strip(), row["source_date"], until if isinstance(until, date) else None,
        _texts(row, "trades"), tuple(months), _texts(row, "words"), row.get("sample") is True,
    )  # fmt: skip


def answers_from(document: Mapping[str, Any]) -> tuple[Answer, ...]:
    """All answers of a file, in its order.

    Raises
    ------
    ValueError
        Names the answer and what is wrong with it.
    """
    rows = document.get("answers")
    if not isinstance(rows, list) or not rows:
        raise ValueError("里面没有一条 [[answers]]")
    found: dict[str, Answer] = {}
    for n, row in enumerate(rows, start=1):
        try:
            one = answer_from(row)
        except ValueError as error:
            raise ValueError(f"第{n}条：{error}") from None
        if one.id in found:
            raise ValueError(f"第{n}条：id {one.id} 用了两次")
        found[one.id] = one
    return tuple(found.values())


def tip_for(
    answers: Sequence[Answer], day: date, trade: str | None, asked: Iterable[str], code: str = ""
) -> Tip | None:
    """What to bring along to a door: what was asked there, else what the season and the trade make of use.

    Parameters
    ----------
    answers : sequence of Answer
    day : date
    trade : str or None
        Of who runs the shop now.
    asked : iterable of str
        Topics voiced or asked there, the latest first.
    code : str
        Of the door: neighbours get different ones of several that fit.
    """
    valid = [a for a in answers if a.is_valid(day)]
    for topic in asked:
        if topic != topics.OTHER and (one := next((a for a in valid if a.topic == topic), None)):
            return Tip(f"问过，带上《{one.title}》", one.id)
    fitting = [a for a in valid if day.month in a.months and (not a.trades or trade in a.trades)]
    if not fitting:
        return None
    own = [a for a in fitting if a.trades] or fitting
    one = own[sum(map(ord, code)) % len(own)]
    return Tip(f"可带上《{one.title}》", one.id)


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    texts = row.get(name, [])
    if not isinstance(texts, list) or not all(isinstance(t, str) for t in texts):
        raise ValueError(f'{name} 要写成一串文字，例如 ["餐饮", "零售"]')
    return tuple(texts)
