"""责任主体: door -> building -> residents' committee, property company, owners' committee."""

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """Which numbers of a street an entry speaks of."""

    ODD = "odd"
    EVEN = "even"
    BOTH = "both"


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

    def covers(self, street: str, number: int) -> bool:
        """Whether the door `number` of `street` is one of its doors."""
        parity = Side.ODD if number % 2 else Side.EVEN
        in_range = self.number_from <= number <= self.number_to
        return street == self.street and in_range and self.side in {Side.BOTH, parity}
