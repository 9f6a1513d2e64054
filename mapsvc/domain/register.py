"""责任主体: door -> building -> residents' committee, property company, owners' committee."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from mapsvc.domain.privacy import has_phone
from mapsvc.errors import FieldProblem, Refused

MOST_NUMBER = 9999
_MOST_TEXT = 200
_MOST_PHONE = 40


class Side(StrEnum):
    """Which numbers of a street an entry speaks of."""

    ODD = "odd"
    EVEN = "even"
    BOTH = "both"


SIDE_NAMES: dict[Side, str] = {Side.ODD: "单号", Side.EVEN: "双号", Side.BOTH: "单双号"}


@dataclass(frozen=True)
class RegisterEntry:
    """Who answers for a run of doors; the duty phone is a company's, not a person's."""

    id: str
    street: str
    number_from: int
    number_to: int
    side: Side
    building: str | None = None
    residents_committee: str | None = None
    property_company: str | None = None
    duty_phone: str | None = None
    owners_committee: str | None = None
    note: str | None = None
    version: int = 1

    def covers(self, street: str, number: int) -> bool:
        """Whether the door `number` of `street` is one of its doors."""
        return street == self.street and self.number_from <= number <= self.number_to and self.has_parity(number)

    def has_parity(self, number: int) -> bool:
        """Whether numbers like this one, odd or even, are its doors."""
        return self.side in {Side.BOTH, Side.ODD if number % 2 else Side.EVEN}

    @property
    def doors(self) -> str:
        """岚皋西路1–99单号."""
        return doors_text(self.street, self.number_from, self.number_to, self.side)


@dataclass(frozen=True)
class Gap:
    """A run of doors that no entry speaks of."""

    street: str
    number_from: int
    number_to: int
    side: Side

    @property
    def text(self) -> str:
        """岚皋路101–199单号没有登记."""
        return f"{doors_text(self.street, self.number_from, self.number_to, self.side)}没有登记"


@dataclass(frozen=True)
class Overlap:
    """Two entries that speak of the same doors; the narrower one counts."""

    first: RegisterEntry
    second: RegisterEntry
    number_from: int
    number_to: int
    side: Side

    @property
    def text(self) -> str:
        """Which doors stand twice."""
        return f"{doors_text(self.first.street, self.number_from, self.number_to, self.side)}登记了两次"


def doors_text(street: str, first: int, last: int, side: Side) -> str:
    """A run of doors as people say it."""
    return f"{street}{first}号" if first == last else f"{street}{first}–{last}{SIDE_NAMES[side]}"


def require_sound(entry: RegisterEntry, streets: Sequence[str]) -> None:
    """Raise Refused beside every field of an entry that cannot be.

    Parameters
    ----------
    streets : sequence of str
        The streets of this office.
    """
    found = [*_wrong_doors(entry, streets), *_wrong_words(entry)]
    if found:
        raise Refused(found[0].message, code=found[0].code, problems=found)


def _wrong_doors(entry: RegisterEntry, streets: Sequence[str]) -> Iterable[FieldProblem]:
    if entry.street not in streets:
        yield FieldProblem("street", "unknown_street", f"没有“{entry.street[:20]}”这条路，请从列表里选。")
    for name, number in (("number_from", entry.number_from), ("number_to", entry.number_to)):
        if not 1 <= number <= MOST_NUMBER:
            yield FieldProblem(name, "not_a_number", f"门牌号要在1到{MOST_NUMBER}之间，请改正。")
    if entry.number_from > entry.number_to:
        told = f"起号{entry.number_from}大于止号{entry.number_to}，请对调或改正。"
        yield FieldProblem("number_to", "reversed_range", told)
    elif not any(
        entry.has_parity(n) for n in range(entry.number_from, min(entry.number_to, entry.number_from + 1) + 1)
    ):
        yield FieldProblem("side", "no_doors", f"{entry.number_from}号不是{SIDE_NAMES[entry.side]}，请改单双号或门牌。")


def _wrong_words(entry: RegisterEntry) -> Iterable[FieldProblem]:
    if not (entry.residents_committee or entry.property_company or entry.owners_committee):
        told = "居委会、物业公司、业委会至少填一个。"
        yield FieldProblem("residents_committee", "nobody", told)
    for name in ("building", "residents_committee", "property_company", "owners_committee", "note"):
        text = getattr(entry, name) or ""
        if len(text) > _MOST_TEXT:
            yield FieldProblem(name, "too_long", f"最多{_MOST_TEXT}个字，现在有{len(text)}个。")
        elif has_phone(text):
            yield FieldProblem(name, "phone_in_text", "电话请只填在值班电话一栏，这里的会被别人看到。")
    if len(entry.duty_phone or "") > _MOST_PHONE:
        yield FieldProblem("duty_phone", "too_long", f"电话最多{_MOST_PHONE}个字。")


def overlaps(entries: Iterable[RegisterEntry]) -> list[Overlap]:
    """Every pair of entries that share doors, by street and number."""
    found = []
    ordered = sorted(entries, key=lambda e: (e.street, e.number_from, e.number_to, e.id))
    for n, one in enumerate(ordered):
        for other in ordered[n + 1 :]:
            if other.street != one.street or other.number_from > one.number_to:
                break
            shared = _shared(one, other)
            if shared:
                found.append(Overlap(one, other, *shared))
    return found


def _shared(one: RegisterEntry, other: RegisterEntry) -> tuple[int, int, Side] | None:
    side = one.side if other.side is Side.BOTH else other.side
    if one.side is not Side.BOTH and other.side is not Side.BOTH and one.side is not other.side:
        return None
    trimmed = _trimmed(max(one.number_from, other.number_from), min(one.number_to, other.number_to), side)
    return (*trimmed, side) if trimmed else None


def gaps(entries: Iterable[RegisterEntry], reach: dict[str, tuple[int, int]]) -> list[Gap]:
    """Doors nobody answers for, by street and side.

    Parameters
    ----------
    reach : dict of str to (int, int)
        The first and last number of each street that has doors.
    """
    listed = list(entries)
    found = []
    for street, (first, last) in reach.items():
        for side in (Side.ODD, Side.EVEN):
            parity = 1 if side is Side.ODD else 0
            runs = [(e.number_from, e.number_to) for e in listed if e.street == street and e.has_parity(parity)]
            found += [Gap(street, *run, side) for run in _open_runs(runs, first, last, side)]
    return found


def _open_runs(runs: list[tuple[int, int]], first: int, last: int, side: Side) -> list[tuple[int, int]]:
    edges = [(0, first - 1), *sorted(runs), (last + 1, last + 1)]
    reached, open_runs = 0, []
    for (_, before), (after, _) in pairwise(edges):
        reached = max(reached, before)
        trimmed = _trimmed(reached + 1, min(after - 1, last), side)
        if trimmed:
            open_runs.append(trimmed)
    return open_runs


def _trimmed(first: int, last: int, side: Side) -> tuple[int, int] | None:
    """The run cut to numbers of its side; None when nothing is left."""
    if side is not Side.BOTH:
        odd = side is Side.ODD
        first, last = first + (first % 2 != odd), last - (last % 2 != odd)
    return (first, last) if first <= last else None


def in_order(entries: Iterable[RegisterEntry]) -> list[RegisterEntry]:
    """By street, then odd numbers before even ones, then by number."""
    sides = list(Side)
    return sorted(entries, key=lambda e: (e.street, sides.index(e.side), e.number_from, e.number_to, e.id))


FIELD_NAMES: dict[str, str] = {
    "street": "路名",
    "number_from": "起号",
    "number_to": "止号",
    "side": "单双号",
    "building": "楼栋",
    "residents_committee": "居委会",
    "property_company": "物业公司",
    "duty_phone": "值班电话",
    "owners_committee": "业委会",
    "note": "备注",
}


def value_text(entry: RegisterEntry, field: str) -> str:
    """A field as people read it; empty for nothing."""
    value = getattr(entry, field)
    return SIDE_NAMES[value] if isinstance(value, Side) else "" if value is None else str(value)


def differing(before: RegisterEntry, after: RegisterEntry) -> list[str]:
    """The fields that say something else."""
    return [name for name in FIELD_NAMES if getattr(before, name) != getattr(after, name)]


def change_title(before: RegisterEntry | None, after: RegisterEntry | None) -> str:
    """新登记 岚皋西路1–99单号."""
    about = after or before
    assert about is not None  # one of both is there
    verb = "新登记" if before is None else "删去" if after is None else "改"
    return f"{verb} {(before or about).doors}"


def change_text(before: RegisterEntry | None, after: RegisterEntry | None) -> str:
    """物业公司：甲 → 乙; of a new or removed entry who answers."""
    if before is not None and after is not None:
        parts = (
            f"{FIELD_NAMES[n]}：{value_text(before, n) or '（空）'} → {value_text(after, n) or '（空）'}"
            for n in differing(before, after)
        )
        return "；".join(parts)
    about = after or before
    assert about is not None  # one of both is there
    names = (about.residents_committee, about.property_company, about.owners_committee)
    return "、".join(name for name in names if name)
