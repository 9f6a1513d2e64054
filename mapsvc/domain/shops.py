"""Shops (premises), who runs them from when to when, and who looks after them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from mapsvc.domain.people import Person
from mapsvc.domain.places import Location


class ShopState(StrEnum):
    """How the premises stand."""

    OPEN = "open"
    RENOVATING = "renovating"
    TRANSFERRING = "transferring"
    VACANT = "vacant"
    CLOSED = "closed"


SHOP_STATE_NAMES: dict[ShopState, str] = {
    ShopState.OPEN: "营业",
    ShopState.RENOVATING: "装修",
    ShopState.TRANSFERRING: "转让",
    ShopState.VACANT: "空置",
    ShopState.CLOSED: "歇业",
}


class Origin(StrEnum):
    """本市 or 外来: sensitive, used only in sums of ten and more."""

    LOCAL = "local"
    ELSEWHERE = "elsewhere"


class AssignmentSource(StrEnum):
    """Why a worker looks after a shop; the row's own wins over the patch's."""

    ROW = "row"
    PATCH = "patch"
    MANUAL = "manual"


@dataclass(frozen=True)
class Tenancy:
    """Who runs the premises from `started_on` up to the day before `ended_on`; None is unknown or still running."""

    id: str
    shop_id: str
    sign_name: str
    trade: str | None = None
    merchant_id: str | None = None
    origin: Origin | None = None
    has_preschooler: bool | None = None
    staff_count: int | None = None
    started_on: date | None = None
    ended_on: date | None = None

    @property
    def is_current(self) -> bool:
        """Whether it still runs."""
        return self.ended_on is None


@dataclass(frozen=True)
class Assignment:
    """A worker looks after a shop from `from_day` up to the day before `until_day`."""

    id: str
    shop_id: str
    worker_id: str
    source: AssignmentSource
    from_day: date
    until_day: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on the office's `day`."""
        return self.from_day <= day and (self.until_day is None or day < self.until_day)


@dataclass(frozen=True)
class Shop:
    """The premises: a door with a code, forever; with its present tenancy, merchant and worker."""

    id: str
    code: str
    location: Location
    state: ShopState
    area_m2: float | None = None
    note: str | None = None
    version: int = 1
    created_at: datetime | None = None
    updated_at: datetime | None = None
    tenancy: Tenancy | None = None
    merchant: Person | None = None
    worker: Person | None = None

    @property
    def name(self) -> str:
        """The sign over the door, or what stands for it."""
        if self.tenancy is not None:
            return self.tenancy.sign_name
        return SHOP_STATE_NAMES[self.state]

    @property
    def worker_id(self) -> str | None:
        """Whose shop it is today."""
        return self.worker.id if self.worker else None


RANK = {AssignmentSource.MANUAL: 0, AssignmentSource.ROW: 1, AssignmentSource.PATCH: 2}
"""Which of several assignments counts: the lowest."""


def in_force(assignments: Iterable[Assignment], day: date) -> Assignment | None:
    """The assignment that counts on `day`: by hand before the workbook's row before the patch, then the latest."""
    holding = [a for a in assignments if a.holds_on(day)]
    return min(holding, key=lambda a: (RANK[a.source], -a.from_day.toordinal(), a.id), default=None)
