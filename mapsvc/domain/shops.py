"""Shops (premises), who runs them from when to when, and who looks after them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from mapsvc.domain.people import Person
from mapsvc.domain.places import Location

FIRST_VISIT_WITHIN = timedelta(days=7)
"""A new tenant is called on within a week."""
NEW_FOR = timedelta(days=60)
"""A tenant is new for so long."""


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
    """Why a worker looks after a shop; the row's own wins over the patch's, who stands in over all."""

    ROW = "row"
    PATCH = "patch"
    MANUAL = "manual"
    COVER = "cover"


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

    @property
    def first_visit_due_on(self) -> date | None:
        """Last day for the first visit to a new tenant; None if nobody knows when they began."""
        return self.started_on + FIRST_VISIT_WITHIN if self.started_on else None

    def is_new_on(self, day: date) -> bool:
        """Whether it began so lately that a first visit is what is due; of others nobody knows whom they met."""
        return self.started_on is not None and day - self.started_on <= NEW_FOR


@dataclass(frozen=True)
class TenancyChange:
    """What a visit changed about who runs the premises.

    Attributes
    ----------
    ended_id, begun_id : str or None
        The tenancy that ended and the one that began; None where there was none, the same where it went on.
    told_id : str
        The id the client gave, also where nobody moved in.
    state, state_before : ShopState
        The shop's from then on, and until then.
    at : datetime
        When it was written: people left and cards died at this moment.
    sign_before : str or None
        The sign that was replaced while the tenancy went on.
    """

    visit_id: str
    shop_id: str
    told_id: str
    state: ShopState
    state_before: ShopState
    at: datetime
    ended_id: str | None = None
    begun_id: str | None = None
    sign_name: str | None = None
    trade: str | None = None
    sign_before: str | None = None

    @property
    def is_same_tenancy(self) -> bool:
        """Whether the same people go on, under another sign or in another state."""
        return self.begun_id is not None and self.begun_id == self.ended_id


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


RANK = {
    AssignmentSource.COVER: 0,
    AssignmentSource.MANUAL: 1,
    AssignmentSource.ROW: 2,
    AssignmentSource.PATCH: 3,
}
"""Which of several assignments counts: the lowest."""


def in_force(assignments: Iterable[Assignment], day: date) -> Assignment | None:
    """The assignment that counts on `day`: 顶班, by hand, the workbook's row, the patch; of two alike the latest."""
    holding = [a for a in assignments if a.holds_on(day)]
    return min(holding, key=lambda a: (RANK[a.source], -a.from_day.toordinal(), a.id), default=None)
