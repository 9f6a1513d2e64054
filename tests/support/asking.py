"""Questions and chosen topics of a told past, written straight into the store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from mapsvc.domain.enquiries import Enquiry
from mapsvc.domain.times import day_start
from mapsvc.store import enquiries
from tests.support.street import uid

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace

SECRET_WORDS = "我家孩子的户口在安徽，电话13812345678"
"""What a merchant wrote: nobody else may read it."""


def asked(ws: Workspace, topic: str, days: Iterable[date], prefix: str = "", **more: object) -> list[str]:
    """One question a day, each of another passer-by unless `more` says a shop; their ids."""
    made = [
        Enquiry(
            uid(f"{prefix}{topic}{n}{day}"), SECRET_WORDS, _at(day), channel="微信", topic=topic, answer="答了",
            **more,  # type: ignore[arg-type]
        )
        for n, day in enumerate(days)
    ]  # fmt: skip
    with ws.write() as conn:
        enquiries.add_many(conn, made)
    return [one.id for one in made]


def every(first: date, last: date, step: int) -> list[date]:
    """Every so many days."""
    return [first + timedelta(days=n) for n in range(0, (last - first).days + 1, step)]


def _at(day: date) -> datetime:
    return day_start(day) + timedelta(hours=10)
