"""What became of an enquiry that was turned into a need, a case or a promise: for its page and the merchant's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain.cases import STATE_NAMES
from mapsvc.domain.enquiries import Enquiry
from mapsvc.domain.enquiry_moves import INTO_NAMES, Into
from mapsvc.domain.times import OFFICE_ZONE
from mapsvc.store import cases, needs, promises, shops


@dataclass(frozen=True)
class Became:
    """A thing an enquiry was turned into: how it stands in a few words, and where the staff find it."""

    into: Into
    words: str
    url: str
    is_over: bool

    @property
    def name(self) -> str:
        """案件, 诉求, 答应的事."""
        return INTO_NAMES[self.into]


def became(conn: Connection, some: Iterable[Enquiry]) -> dict[str, tuple[Became, ...]]:
    """By enquiry: what it was turned into, cases first; those that were not are left out."""
    asked = list(some)
    found_cases = {i: cases.by_id(conn, i) for i in sorted({e.case_id for e in asked if e.case_id})}
    found_needs = needs.by_ids(conn, (e.need_id for e in asked))
    found_promises = promises.by_ids(conn, [e.promise_id for e in asked if e.promise_id])
    codes = {shop.id: shop.code for shop in shops.by_ids(conn, (e.shop_id for e in asked)).values()}
    told: dict[str, tuple[Became, ...]] = {}
    for one in asked:
        parts = []
        case, need = found_cases.get(one.case_id or ""), found_needs.get(one.need_id or "")
        promise, code = found_promises.get(one.promise_id or ""), codes.get(one.shop_id or "", "")
        if case is not None:
            words = f"已立案 · {STATE_NAMES[case.state]}"
            parts.append(Became(Into.CASE, words, f"/cases/{case.id}", case.closed_at is not None))
        if need is not None:
            words = "办好了" if need.settled_at else f"{_day(need.due_at)}前回话" if need.due_at else "正在办"
            parts.append(Became(Into.NEED, words, f"/shops/{code}", need.settled_at is not None))
        if promise is not None:
            by = f"答应{_day(promise.due_at)}前办好" if promise.due_at else "答应了，在办"
            words = "办好了" if promise.kept_at else "不办了" if promise.withdrawn_at else by
            parts.append(Became(Into.PROMISE, words, f"/shops/{code}", not promise.is_open))
        if parts:
            told[one.id] = tuple(parts)
    return told


def _day(at: datetime) -> str:
    day = at.astimezone(OFFICE_ZONE)
    return f"{day.month}月{day.day}日"
