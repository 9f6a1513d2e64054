"""A policy entry as a form: lists as lines, conditions and counters as rows; works without scripts."""

from dataclasses import dataclass
from typing import Any

from flask import request

from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.policy_cells import LINE_LISTS, cells_of, months_of
from mapsvc.domain.policy_files import MOST, WORD_LISTS

_SPARE = 2
_TEXTS = ("topic", "title", "answer", "source", "source_date", "valid_from", "valid_until")
ROW_FIELDS = {
    "conditions": ("text", "before", "hint", "hint_months"),
    "counters": ("name", "address", "hours", "phone"),
}


@dataclass(frozen=True)
class RowForm:
    """A condition or counter as its fields show it."""

    number: int
    values: dict[str, str]


def fields_of(entry: PolicyEntry | None) -> dict[str, str]:
    """What the fields show at first."""
    return cells_of(entry) if entry else {}


def rows_of(name: str, entry: PolicyEntry | None, typed: bool) -> list[RowForm]:
    """The rows as typed, else as they stand, with spare ones at the end."""
    rows = _typed_rows(name) if typed else [_values(name, one) for one in getattr(entry, name, ())]
    spare = min(max(MOST[name] - len(rows), 0), _SPARE + (3 if typed and request.form.get("more") == name else 0))
    empty = dict.fromkeys(ROW_FIELDS[name], "")
    return [RowForm(n, values) for n, values in enumerate([*rows, *[empty] * spare], start=1)]


def read_document() -> dict[str, Any]:
    """What the form says, to be checked as a document; what is empty is left out."""
    told: dict[str, Any] = {name: request.form.get(name, "").strip() for name in _TEXTS}
    for name in (*LINE_LISTS, *WORD_LISTS):
        told[name] = [line for line in request.form.get(name, "").splitlines() if line.strip()]
    told["months"] = months_of(request.form.get("months", ""))
    for name in ROW_FIELDS:
        told[name] = [_row(values) for values in _typed_rows(name)]
    if request.form.get("is_sample"):
        told["is_sample"] = True
    return {name: value for name, value in told.items() if value not in ("", [])}


def _row(values: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {name: value for name, value in values.items() if value}
    if "hint_months" in row:
        row["hint_months"] = months_of(row["hint_months"])
    return row


def _typed_rows(name: str) -> list[dict[str, str]]:
    """Rows that were typed, in their order; empty ones are left out."""
    found = []
    for n in range(1, MOST[name] + 1):
        values = {one: request.form.get(f"{name}.{n}.{one}", "").strip() for one in ROW_FIELDS[name]}
        if any(values.values()):
            found.append(values)
    return found


def _values(name: str, one: object) -> dict[str, str]:
    values = {}
    for field in ROW_FIELDS[name]:
        value = getattr(one, field)
        values[field] = "、".join(map(str, value)) if isinstance(value, tuple) else value or ""
    return values
