"""办结公示: what got done in a span, for a shop window: counts by stretch of street and kind, nobody's name or door.

A sentence is made of names of streets, sides, kinds and topics out of lists, and of numbers; nothing that anybody wrote
goes in. A group that could point at fewer than `FEWEST` doors is told coarser, the whole kind at once: what is left
over from groups told finer would point at the rest.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mapsvc.domain.kinds import KINDS
from mapsvc.domain.periods import Period, day_words
from mapsvc.domain.places import SIDE_NAMES
from mapsvc.domain.times import office_day
from mapsvc.domain.topics import NAMES, OTHER

FEWEST = 3
"""Doors in a group that is told by itself."""
_ELSEWHERE = "街区里"
# Told for the whole block alone: who lives in a shop, who quarrels.
_DELICATE = frozenset({"L0002", "L0008"})
# A ledger may hold a kind of its own words: only those of the list are said.
_NAMES = {kind.code: kind.name for kind in KINDS if kind.code != "L0099"}
_DONE_WORDS = {
    "L0001": "都已修好", "06010": "都已清走", "06011": "都已清走", "06036": "都已清走", "06042": "都已清走",
    "L0013": "都已疏通", "L0014": "都已修好",
}  # fmt: skip
_DONE = "都已办好"


@dataclass(frozen=True)
class DoneCase:
    """A case closed in the span.

    Attributes
    ----------
    street : str or None
        Of the block's own streets; None elsewhere.
    spot : str
        What tells one door or place from another; never shown.
    is_door : bool
        A shop or a house number; else a corner, a lane, a place.
    """

    kind: str
    street: str | None
    side: str | None
    spot: str
    is_door: bool


@dataclass(frozen=True)
class Answered:
    """A need settled or an enquiry answered in the span: its topic, and what tells one asker from another."""

    topic: str
    asker: str


@dataclass(frozen=True)
class OpenCase:
    """A case that is still open when the sheet is made."""

    due_at: datetime | None
    is_paused: bool = False


@dataclass(frozen=True)
class Facts:
    """What a sheet is made of; `promises` are (fell due, kept) in the span."""

    cases: Sequence[DoneCase] = ()
    needs: Sequence[Answered] = ()
    enquiries: Sequence[Answered] = ()
    promises: tuple[int, int] = (0, 0)
    open: Sequence[OpenCase] = ()


@dataclass(frozen=True)
class Line:
    """A sentence of the sheet; `key` stays the same while its numbers change, so that it can be left out by hand."""

    key: str
    text: str


@dataclass(frozen=True)
class Part:
    """A heading with its sentences."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Content:
    """A sheet's words as they are printed."""

    block: str
    span: str
    parts: tuple[Part, ...]
    phone: str = ""

    @property
    def lines(self) -> tuple[Line, ...]:
        """All sentences."""
        return tuple(line for part in self.parts for line in part.lines)

    def to_json(self) -> dict[str, Any]:
        """As the store keeps it."""
        parts = [{"title": p.title, "lines": [[one.key, one.text] for one in p.lines]} for p in self.parts]
        return {"block": self.block, "span": self.span, "phone": self.phone, "parts": parts}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Content":
        """What `to_json` wrote."""
        parts = tuple(Part(p["title"], tuple(Line(*one) for one in p["lines"])) for p in kept["parts"])
        return cls(kept["block"], kept["span"], parts, kept.get("phone", ""))


@dataclass(frozen=True)
class StreetSheet:
    """A sheet as it was printed."""

    id: str
    title: str
    from_day: date
    until_day: date
    content: Content
    made_at: datetime
    made_by: str | None = None
    withdrawn_at: datetime | None = None


def title_of(period: Period) -> str:
    """What stands over the sheet."""
    return f"{period.words}办结公示"


def written(facts: Facts, streets: Collection[str], now: datetime) -> tuple[Part, ...]:
    """The sentences of a sheet.

    Parameters
    ----------
    streets : collection of str
        Names of the block's own streets: no other word of an address is shown.
    now : datetime
        When it is made, aware: what is open is told from there.

    Returns
    -------
    tuple of Part
        Parts without a sentence are left out.
    """
    parts = (
        Part("办好的", (*_cases(facts.cases, streets), *_topics("need", facts.needs, "诉求"))),
        Part("答应的", _promises(*facts.promises)),
        Part("问到的", _topics("enquiry", facts.enquiries, "咨询")),
        Part("还在办的", _open(facts.open, now)),
    )
    return tuple(part for part in parts if part.lines)


def without(parts: Iterable[Part], kept: Collection[str]) -> tuple[Part, ...]:
    """The parts with those sentences alone whose keys are kept."""
    left = (Part(part.title, tuple(line for line in part.lines if line.key in kept)) for part in parts)
    return tuple(part for part in left if part.lines)


def _cases(found: Iterable[DoneCase], streets: Collection[str]) -> tuple[Line, ...]:
    of: dict[str, list[DoneCase]] = {}
    for one in found:
        of.setdefault(one.kind if one.kind in _NAMES else "", []).append(one)
    told: list[tuple[str, str, Line]] = []
    rest: list[DoneCase] = []
    for code, some in sorted(of.items()):
        groups = _groups(code, some, streets) if code else None
        if groups is None:
            rest += some
            continue
        name, done = _NAMES[code], _DONE_WORDS.get(code, _DONE)
        for where, group in groups.items():
            line = Line(f"case:{code}:{where}", f"{where} {name} {len(group)}件，{done}。")
            told.append(("～" if where == _ELSEWHERE else where, code, line))
    lines = [line for *_, line in sorted(told, key=lambda one: one[:2])]
    if rest:
        word = "别的事" if lines else "各类事"
        amount = f"{len(rest)}件" if len({one.spot for one in rest}) >= FEWEST else "几件"
        lines.append(Line("case:rest", f"{_ELSEWHERE} {word} {amount}，{_DONE}。"))
    return tuple(lines)


def _groups(code: str, some: Sequence[DoneCase], streets: Collection[str]) -> dict[str, list[DoneCase]] | None:
    """The cases of a kind by the finest stretch at which no group points at too few doors; None if none is coarse
    enough."""
    ways: list[Callable[[DoneCase], str]] = [lambda _: _ELSEWHERE]
    if code not in _DELICATE:
        ways = [lambda c: _stretch(c, streets), lambda c: _street(c, streets), *ways]
    for way in ways:
        groups = _by(some, way)
        if all(_is_enough(group) for group in groups.values()):
            return groups
    return None


def _is_enough(group: Sequence[DoneCase]) -> bool:
    return not any(one.is_door for one in group) or len({one.spot for one in group}) >= FEWEST


def _street(one: DoneCase, streets: Collection[str]) -> str:
    return one.street if one.street in streets and one.street else _ELSEWHERE


def _stretch(one: DoneCase, streets: Collection[str]) -> str:
    street = _street(one, streets)
    side = SIDE_NAMES.get(one.side or "", "")
    return f"{street} {side}" if side and street != _ELSEWHERE else street


def _topics(kind: str, found: Iterable[Answered], word: str) -> tuple[Line, ...]:
    groups = _by(found, lambda one: one.topic if one.topic in NAMES else OTHER)
    verb = "办好" if kind == "need" else "答复"
    told, rest = [], list(groups.pop(OTHER, ()))
    for topic in NAMES:
        some = groups.get(topic, ())
        if len({one.asker for one in some}) >= FEWEST:
            told.append(Line(f"{kind}:{topic}", f"{topic}的{word} {len(some)}条，都已{verb}。"))
        else:
            rest += some
    if rest:
        amount = f"{len(rest)}条" if len({one.asker for one in rest}) >= FEWEST else "几条"
        told.append(Line(f"{kind}:rest", f"{'别的' if told else '各类'}{word} {amount}，都已{verb}。"))
    return tuple(told)


def _promises(due: int, kept: int) -> tuple[Line, ...]:
    if not due:
        return ()
    rest = "，都办到了" if kept == due else f"，办到{kept}件，还有{due - kept}件接着办"
    return (Line("promises", f"答应大家的事到期{due}件{rest}。"),)


def _open(found: Sequence[OpenCase], now: datetime) -> tuple[Line, ...]:
    if not found:
        return ()
    ahead = [one.due_at for one in found if one.due_at and one.due_at >= now and not one.is_paused]
    late = sum(one.due_at is not None and one.due_at < now and not one.is_paused for one in found)
    waiting = sum(one.is_paused for one in found)
    said = [f"还在办{len(found)}件"]
    if ahead:
        said.append(f"{len(ahead)}件最晚{day_words(office_day(max(ahead)))}前办好")
    if late:
        said.append(f"{late}件过了期，正在催办")
    if waiting:
        said.append(f"{waiting}件等条件到了就办")
    return (Line("open", "，".join(said) + "。"),)


def _by(found: Iterable[Any], key: Callable[[Any], Hashable]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = {}
    for one in found:
        groups.setdefault(key(one), []).append(one)
    return groups
