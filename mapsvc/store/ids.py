"""Ids of rows that come from workbooks: the same row has the same id in every run."""

from hashlib import sha1
from uuid import UUID

# The namespace of this program's own names.
_NAMESPACE = UUID("6a2f2f0e-6d0f-5b52-9c53-0d8a5a3c7a11")


def of_row(office: str, sheet: str, *natural_key: object) -> str:
    """UUIDv5 of a workbook row, by the office, the sheet and the row's natural key."""
    name = "\x1f".join([office, sheet, *map(str, natural_key)])
    # uuid5 by hand (RFC 9562, 5.5): six ids a row, and a UUID object costs more than the hash.
    hashed = sha1(_NAMESPACE.bytes + name.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(hashed[16], 16) & 3]
    return f"{hashed[:8]}-{hashed[8:12]}-5{hashed[13:16]}-{variant}{hashed[17:20]}-{hashed[20:32]}"


def of(kind: str, *parts: object) -> str:
    """UUIDv5 of any other thing that is named, not made: `of("case", issue_id)`."""
    return of_row("", kind, *parts)
