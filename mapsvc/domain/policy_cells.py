"""A policy entry as texts by field: cells of a sheet, lines of a file, fields of a form; and what changed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mapsvc.domain.policies import Condition, PolicyEntry, ServiceCounter
from mapsvc.domain.policy_files import FIELD_NAMES, WORD_LISTS

LINE_LISTS = ("questions", "materials", "steps")
CONDITION_LABELS = {"before": "截止", "hint": "提醒", "hint_months": "提醒月份"}
COUNTER_LABELS = {"address": "地址", "hours": "时间", "phone": "电话"}
YES, NO = "是", "否"
_MARK = "｜"
_PIECES = re.compile(r"((?:\\.|[^\\｜|])*)\\?(?:[｜|]|$)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_TO_ESCAPE = re.compile(r"[\\｜|]")
_LABELLED = re.compile(r"([^：:]*)[：:](.*)", re.DOTALL)
_MONTHS = re.compile(r"[、，,；;\s月]+")


@dataclass(frozen=True)
class Change:
    """One field that differs between two versions, as texts."""

    field: str
    before: str
    after: str

    @property
    def name(self) -> str:
        """The field in Chinese."""
        return FIELD_NAMES[self.field]

    @property
    def both_sides(self) -> tuple[str, str]:
        """What went and what came: of several lines only those that differ, — where none did."""
        old, new = self.before.splitlines(), self.after.splitlines()
        gone, came = [one for one in old if one not in new], [one for one in new if one not in old]
        if max(len(old), len(new)) < 2 or not (gone or came) or not (old and new):
            return self.before or "（空）", self.after or "（空）"
        return "\n".join(gone) or "—", "\n".join(came) or "—"


def cells_of(entry: PolicyEntry) -> dict[str, str]:
    """Every field as text; several things stand on lines of their own, words and months beside one another."""
    cells = {
        name: value.isoformat() if isinstance(value, date) else str(value) if value is not None else ""
        for name in FIELD_NAMES
        for value in [getattr(entry, name)]
        if not isinstance(value, tuple | bool)
    }
    cells |= {name: "\n".join(getattr(entry, name)) for name in LINE_LISTS}
    cells |= {name: "、".join(getattr(entry, name)) for name in WORD_LISTS}
    cells["months"] = "、".join(map(str, entry.months))
    cells["conditions"] = "\n".join(map(condition_line, entry.conditions))
    cells["counters"] = "\n".join(map(counter_line, entry.counters))
    cells["is_sample"] = YES if entry.is_sample else NO
    return {name: cells[name] for name in FIELD_NAMES}


def document_of(cells: Mapping[str, str]) -> dict[str, Any]:
    """The document that texts by field say, to be checked by `from_document`; what is empty is left out."""
    told = {name: text.strip() for name, text in cells.items() if text and text.strip()}
    document: dict[str, Any] = dict(told)
    for name in (*LINE_LISTS, *WORD_LISTS):
        if name in told:
            document[name] = told[name].splitlines()
    if "months" in told:
        document["months"] = months_of(told["months"])
    if "conditions" in told:
        document["conditions"] = [_pieces(line, "text", CONDITION_LABELS) for line in _lines(told["conditions"])]
    if "counters" in told:
        document["counters"] = [_pieces(line, "name", COUNTER_LABELS) for line in _lines(told["counters"])]
    if "is_sample" in told:
        document["is_sample"] = {YES: True, NO: False}.get(told["is_sample"], told["is_sample"])
    if "version" in told:
        document["version"] = int(told["version"]) if told["version"].isdecimal() else told["version"]
    return document


def months_of(text: str) -> list[Any]:
    """Months as typed: numbers where they are numbers, else the words themselves, to be refused with their place."""
    return [int(one) if one.isdecimal() else one for one in _MONTHS.split(text) if one]


def condition_line(condition: Condition) -> str:
    """A condition on one line: ``居住证有效｜截止：上一年年底前｜提醒：…｜提醒月份：9、10``."""
    parts = [(CONDITION_LABELS["before"], condition.before), (CONDITION_LABELS["hint"], condition.hint)]
    parts.append((CONDITION_LABELS["hint_months"], "、".join(map(str, condition.hint_months))))
    return _line(condition.text, parts)


def counter_line(counter: ServiceCounter) -> str:
    """A counter on one line: ``社区事务受理服务中心｜时间：…``."""
    return _line(counter.name, [(label, getattr(counter, name)) for name, label in COUNTER_LABELS.items()])


def changes_between(before: PolicyEntry, after: PolicyEntry) -> tuple[Change, ...]:
    """The fields in which two versions differ, the number of the version aside."""
    one, other = cells_of(before), cells_of(after)
    return tuple(
        Change(name, one[name], other[name]) for name in FIELD_NAMES if name != "version" and one[name] != other[name]
    )


def _line(head: str, parts: list[tuple[str, str | None]]) -> str:
    said = [head, *(f"{label}：{value}" for label, value in parts if value)]
    return _MARK.join(_TO_ESCAPE.sub(r"\\\g<0>", one) for one in said)


def _pieces(line: str, first: str, labels: Mapping[str, str]) -> dict[str, Any]:
    head, *others = [_ESCAPED.sub(r"\1", one).strip() for one in _PIECES.findall(line)]
    told: dict[str, Any] = {first: head}
    names = {label: name for name, label in labels.items()}
    for one in filter(None, others):
        said = _LABELLED.fullmatch(one)
        label, value = said.groups() if said else (one, "")
        name = names.get(label.strip(), label.strip())
        told[name] = months_of(value) if name == "hint_months" else value.strip()
    return told


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]
