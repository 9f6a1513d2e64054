"""Import of an office's workbook: what a report says, and the three-way rule per field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Values = dict[str, Any]
"""Field -> text, number, bool or None: what the office's file says of one row."""
Progress = Callable[[int, int, str], None]
"""Called with (rows done, rows in all, name of the sheet); what it raises stops the import and undoes it."""


class Level(StrEnum):
    """How much a problem matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


LEVEL_NAMES: dict[Level, str] = {Level.ERROR: "未导入", Level.WARNING: "请核对", Level.NOTE: "说明"}


@dataclass(frozen=True)
class Problem:
    """Something about one row, one sheet (row None) or the file.

    Attributes
    ----------
    column : str or None
        Title of the column as the form has it.
    value : str or None
        As written in the file.
    """

    sheet: str
    row: int | None
    column: str | None
    value: str | None
    level: Level
    code: str
    message: str

    def as_json(self) -> dict[str, object]:
        """The object of the contract."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "level": str(self.level),
            "code": self.code,
            "message": self.message,
        }


@dataclass
class SheetCounts:
    """Rows of one sheet: `read` is the sum of the others; a row with an open conflict counts there."""

    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    conflicts: int = 0

    def as_json(self) -> dict[str, int]:
        """The object of the contract."""
        return {
            "read": self.read,
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "conflicts": self.conflicts,
        }


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do.

    Attributes
    ----------
    batch : str or None
        Id of the batch; None for a dry run, which leaves nothing behind.
    sheets : dict of str to SheetCounts
        By the form's name of the sheet.
    problems : tuple of Problem
        The first ones; `problem_count` says how many there are.
    """

    batch: str | None
    sheets: dict[str, SheetCounts]
    problems: tuple[Problem, ...]
    problem_count: int = 0
    is_dry_run: bool = False
    conflict_count: int = 0

    def as_json(self) -> dict[str, object]:
        """The object of the contract, with the batch beside it."""
        return {
            "batch": self.batch,
            "sheets": {name: counts.as_json() for name, counts in self.sheets.items()},
            "problems": [problem.as_json() for problem in self.problems],
        }

    @property
    def changed(self) -> int:
        """Rows added or updated."""
        return sum(counts.added + counts.updated for counts in self.sheets.values())


class Side(StrEnum):
    """Whose value is taken when both changed; FIX: a changed sign and merchant are a correction, no new tenancy."""

    FILE = "file"
    APP = "app"
    FIX = "fix"


TENANCY = "tenancy"
"""Kind of conflict and pseudo-field: new sign name and new merchant behind the same code, 换店?"""
FIELD = "field"
"""Kind of conflict: one field that both sides changed."""


@dataclass
class Merge:
    """Outcome of the three-way rule for one row.

    Attributes
    ----------
    write : dict
        Field -> value the office changed and nobody else did.
    conflicts : dict
        Field -> (last imported, file, app) where both changed.
    base : dict
        What to remember as last imported: the file's values, but for fields in conflict.
    """

    write: Values = field(default_factory=dict)
    conflicts: dict[str, tuple[Any, Any, Any]] = field(default_factory=dict)
    base: Values = field(default_factory=dict)


def three_way(
    base: Mapping[str, Any], file: Mapping[str, Any], app: Mapping[str, Any], same: Callable[[str, Any, Any], bool]
) -> Merge:
    """Merge one row, field by field.

    Only what the file changed against `base` is written; where the app changed it too (to something else), the app's
    value stays and the field is in conflict. Fields the file does not have keep their base.

    Parameters
    ----------
    base, file, app : mapping
        Last imported values, the file's, the app's current ones.
    same : callable
        (field, a, b) -> whether two values are equal; positions allow for rounding.
    """
    merge = Merge(base={**base, **file})
    for name, new in file.items():
        old, now = base.get(name), app.get(name)
        if same(name, new, old) or same(name, new, now):
            continue
        if same(name, now, old):
            merge.write[name] = new
        else:
            merge.conflicts[name] = (old, new, now)
            merge.base[name] = old
    return merge


def same_value(name: str, a: Any, b: Any) -> bool:
    """Equality of two imported values; positions may differ by a decimetre of rounding."""
    if a == b:
        return True
    if name != "position" or a is None or b is None:
        return False
    (lon_a, lat_a), (lon_b, lat_b) = _pair(a), _pair(b)
    return abs(lon_a - lon_b) <= _ROUNDING_DEG and abs(lat_a - lat_b) <= _ROUNDING_DEG


_ROUNDING_DEG = 2e-6


def position_text(lon: float, lat: float) -> str:
    """A WGS-84 position as an imported value: ``121.420800,31.250150``."""
    return f"{lon:.6f},{lat:.6f}"


def _pair(text: str) -> tuple[float, float]:
    lon, lat = text.split(",")
    return float(lon), float(lat)


def position_of(text: str) -> tuple[float, float]:
    """(lon, lat) of an imported position."""
    return _pair(text)


def is_new_tenancy(base: Mapping[str, Any], file: Mapping[str, Any]) -> bool:
    """Same code, new sign name and new merchant: somebody else may run the shop now."""
    named = ("sign_name", "merchant")
    return all(base.get(n) and file.get(n) and file[n] != base[n] for n in named)
