"""What an export says of each row to itself, in a hidden last column: which row it was, when, with which values."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mapsvc.domain.ledger import Values

_LONGEST = 32_000
_POSITION = re.compile(r"\d{1,3}\.\d{6},\d{1,2}\.\d{6}")


@dataclass(frozen=True, slots=True)
class Exported:
    """A row as it went out: the clerk's edits are what differs from it, whatever the app did since.

    Attributes
    ----------
    at : datetime
        UTC, aware.
    values : dict
        Stored values by field; what was masked is not there.
    """

    key: str
    at: datetime
    values: Values


def exported_text(key: str, at: datetime, values: Mapping[str, Any]) -> str | None:
    """The cell for a row; None where it would not fit a cell."""
    told = json.dumps({"key": key, "at": at.isoformat(), "values": values}, ensure_ascii=False, separators=(",", ":"))
    return told if len(told) <= _LONGEST else None


def read_exported(cell: Any) -> Exported | None:
    """What `exported_text` wrote; None for anything else, so that a damaged cell only costs what it told."""
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return None
    try:
        told = json.loads(cell)
        key, at, values = str(told["key"]), datetime.fromisoformat(told["at"]), dict(told["values"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if at.tzinfo is None:
        return None
    return Exported(key, at, {str(name): value for name, value in values.items() if _is_value(name, value)})


def _is_value(name: Any, value: Any) -> bool:
    if name == "position" and value is not None:
        return isinstance(value, str) and _POSITION.fullmatch(value) is not None
    return value is None or isinstance(value, str | int | float | bool)
