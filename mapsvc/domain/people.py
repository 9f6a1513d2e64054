"""The one kind of person: staff, merchants and others; accounts hang on them elsewhere."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PersonKind(StrEnum):
    """What a person is to the office."""

    STAFF = "staff"
    MERCHANT = "merchant"
    OTHER = "other"


@dataclass(frozen=True)
class Person:
    """A person as stored; what of it is shown to whom is decided in `privacy`."""

    id: str
    kind: PersonKind
    name: str
    nickname: str | None = None
    phone: str | None = None
    created_at: datetime | None = None
    left_at: datetime | None = None
    erased_at: datetime | None = None

    @property
    def display_name(self) -> str:
        """The nickname of a ledger where there is one, else the name."""
        return self.nickname or self.name
