"""Ids of rows that come from workbooks: the same row has the same id in every run."""

from uuid import UUID, uuid5

# The namespace of this program's own names.
_NAMESPACE = UUID("6a2f2f0e-6d0f-5b52-9c53-0d8a5a3c7a11")


def of_row(office: str, sheet: str, *natural_key: object) -> str:
    """UUIDv5 of a workbook row, by the office, the sheet and the row's natural key."""
    return str(uuid5(_NAMESPACE, "\x1f".join([office, sheet, *map(str, natural_key)])))


def of(kind: str, *parts: object) -> str:
    """UUIDv5 of any other thing that is named, not made: `of("case", issue_id)`."""
    return of_row("", kind, *parts)
