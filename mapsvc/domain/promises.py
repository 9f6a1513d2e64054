"""Promises: what, by when, kept or taken back."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mapsvc.domain.times import iso
from mapsvc.errors import Conflict


@dataclass(frozen=True)
class Promise:
    """答应的事: open until kept or withdrawn; `told_at` is when the merchant heard that it was kept."""

    id: str
    shop_id: str
    text: str
    promised_at: datetime
    due_at: datetime | None = None
    tenancy_id: str | None = None
    visit_id: str | None = None
    issue_id: str | None = None
    promised_by: str | None = None
    kept_at: datetime | None = None
    withdrawn_at: datetime | None = None
    case_id: str | None = None
    told_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Neither kept nor withdrawn."""
        return self.kept_at is None and self.withdrawn_at is None

    @property
    def waits_to_be_told(self) -> bool:
        """Whether it was kept, and the merchant does not know yet."""
        return self.kept_at is not None and self.told_at is None

    def is_overdue(self, at: datetime) -> bool:
        """Open and past its time."""
        return self.is_open and self.due_at is not None and self.due_at < at


def keep(promise: Promise, at: datetime) -> Promise:
    """The promise, kept at `at`.

    Raises
    ------
    Conflict
        If it is no longer open.
    """
    _require_open(promise)
    return replace(promise, kept_at=at)


def keep_once(promise: Promise, told_at: datetime, received_at: datetime) -> Promise:
    """The promise, kept when it was told; one kept before stays as it is. Raises Conflict if it was taken back.

    It is kept after it was made and no later than received, whatever a phone's clock says.
    """
    if promise.kept_at is not None:
        return promise
    return keep(promise, min(received_at, max(told_at, promise.promised_at + timedelta(seconds=1))))


def tell(promise: Promise, at: datetime) -> Promise:
    """The merchant knows it was kept; telling twice changes nothing. Raises Conflict while it is not."""
    if promise.kept_at is None:
        raise Conflict("这件答应的事还没办好，办好了再告诉店主。", code="not_kept")
    return promise if promise.told_at else replace(promise, told_at=max(at, promise.kept_at))


def withdraw(promise: Promise, at: datetime) -> Promise:
    """The promise, taken back at `at`; raises Conflict if it is no longer open."""
    _require_open(promise)
    return replace(promise, withdrawn_at=at)


def _require_open(promise: Promise) -> None:
    if promise.kept_at is not None:
        raise Conflict(f"这件答应的事已在{_day(promise.kept_at)}办好，不用再记。", code="already_kept")
    if promise.withdrawn_at is not None:
        raise Conflict(f"这件答应的事已在{_day(promise.withdrawn_at)}撤回，不能再改。", code="already_withdrawn")


def _day(at: datetime) -> str:
    return f"{int(iso(at)[5:7])}月{int(iso(at)[8:10])}日"
