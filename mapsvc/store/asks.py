"""What was asked about by topic, out of questions and needs."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from mapsvc.domain.asks import Ask
from mapsvc.domain.times import office_day
from mapsvc.store.tables import enquiry, need


def before(conn: Connection, at: datetime) -> list[Ask]:
    """All that was asked and had come in before `at`, the earliest first; what has no topic is left out.

    Beyond what one card usually asks (`is_held`) nothing counts; a need that a question became counts as the question.
    """
    mine, known = enquiry.c, func.coalesce(enquiry.c.received_at, enquiry.c.asked_at)
    asked = (
        select(mine.id, mine.topic, func.coalesce(mine.tenancy_id, mine.shop_id, mine.id).label("door"), mine.asked_at)
        .where(mine.topic.is_not(None), mine.topic != "", mine.is_held.is_(False), mine.asked_at < at, known < at)
        .order_by(mine.asked_at, mine.id)
    )
    told = need.c
    turned = select(mine.need_id).where(mine.need_id.is_not(None))
    voiced = (
        select(told.id, told.topic, func.coalesce(told.tenancy_id, told.shop_id).label("door"), told.voiced_at)
        .where(told.topic.is_not(None), told.topic != "", told.voiced_at < at, told.id.not_in(turned))
        .order_by(told.voiced_at, told.id)
    )
    found = [Ask(r.topic, r.door, office_day(r.asked_at), r.id) for r in conn.execute(asked)]
    found += [Ask(r.topic, r.door, office_day(r.voiced_at)) for r in conn.execute(voiced)]
    return sorted(found, key=lambda one: one.day)


def is_any(conn: Connection) -> bool:
    """Whether anybody ever asked anything."""
    return any(conn.execute(select(table.c.id).limit(1)).first() for table in (enquiry, need))
