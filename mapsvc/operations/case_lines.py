"""Cases as a list shows them: with their clocks, and what was written as this reader may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import ring
from mapsvc.domain.clock import Reading
from mapsvc.domain.privacy import NOBODY_LEFT, visible_text
from mapsvc.domain.times import office_day
from mapsvc.operations.clock import reading, working_days
from mapsvc.store import leavers, shops
from mapsvc.store.issues import Found


@dataclass(frozen=True)
class Line:
    """A case in a list."""

    found: Found
    clock: Reading
    ring: str
    description: str


def lines_of(conn: Connection, actor: Actor, found: Sequence[Found], at: datetime) -> tuple[Line, ...]:
    """Lines of cases, in the order given."""
    is_working, owners = working_days(conn), owners_of(conn, found, at)
    left = leavers.of_shops(conn, (f.issue.shop_id for f in found))
    return tuple(
        Line(
            one,
            reading(one.case, at, is_working),
            ring(one.case, at),
            visible_text(
                actor,
                one.issue.description,
                owners.get(one.issue.shop_id or ""),
                left.get(one.issue.shop_id or "", NOBODY_LEFT),
            ),
        )
        for one in found
    )


def owners_of(conn: Connection, found: Sequence[Found], at: datetime) -> dict[str, str]:
    """Who looks after the shops of these cases, by shop id."""
    shop_ids = {f.issue.shop_id for f in found if f.issue.shop_id}
    workers = shops.workers_of(conn, shop_ids, office_day(at)) if shop_ids else {}
    return {shop_id: worker.id for shop_id, worker in workers.items()}
