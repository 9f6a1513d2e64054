"""The topics merchants chose, in the store."""

from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, or_, select, update

from mapsvc.domain.topic_choices import CHOOSABLE, ChoiceSource, TopicChoice
from mapsvc.store.tables import shop, tenancy, topic_choice

_FIELDS = tuple(f.name for f in fields(TopicChoice))
_CHUNK = 5_000


def of_tenancies(conn: Connection, tenancy_ids: Iterable[str]) -> dict[str, tuple[TopicChoice, ...]]:
    """What holds, by id of the tenancy, in the order of the list of topics; an ended tenancy wants nothing."""
    wanted = sorted(set(tenancy_ids))
    found: dict[str, list[TopicChoice]] = {}
    for start in range(0, len(wanted), _CHUNK):
        ask = _in_force().where(topic_choice.c.tenancy_id.in_(wanted[start : start + _CHUNK]))
        for row in conn.execute(ask):
            found.setdefault(row.tenancy_id, []).append(_from_row(row))
    return {key: tuple(sorted(some, key=_order)) for key, some in sorted(found.items())}


def doors_of_topic(conn: Connection, topic: str) -> list[TopicChoice]:
    """The present tenancies that chose this topic, by code of their shop; for acting on it, never for a list."""
    ask = _in_force().join(shop, shop.c.id == topic_choice.c.shop_id).where(topic_choice.c.topic == topic)
    return [_from_row(row) for row in conn.execute(ask.order_by(shop.c.code, topic_choice.c.id))]


def counts(conn: Connection) -> dict[str, int]:
    """How many present tenancies chose each topic; topics nobody chose are left out."""
    held = _in_force().subquery()
    ask = select(held.c.topic, func.count(held.c.tenancy_id.distinct())).group_by(held.c.topic)
    found: dict[str, int] = {topic: n for topic, n in conn.execute(ask)}
    return {topic: found[topic] for topic in CHOOSABLE if topic in found}


def add(conn: Connection, new: TopicChoice) -> None:
    """Store a choice."""
    values = {name: getattr(new, name) for name in _FIELDS}
    conn.execute(insert(topic_choice).values(**values | {"source": new.source.value}))


def end(conn: Connection, choice_ids: Collection[str], at: datetime) -> None:
    """Write when choices ended."""
    if choice_ids:
        ask = update(topic_choice).where(topic_choice.c.id.in_(sorted(choice_ids)))
        conn.execute(ask.values(ended_at=at))


def forget(conn: Connection, at: datetime, day: date) -> int:
    """Remove what was taken back before `at`, and what tenancies that ended before `day` had chosen; how many."""
    left = select(tenancy.c.id).where(tenancy.c.ended_on < day)
    old = or_(topic_choice.c.ended_at < at, topic_choice.c.tenancy_id.in_(left))
    return conn.execute(topic_choice.delete().where(old)).rowcount


def _in_force() -> Select[Any]:
    return (
        select(topic_choice)
        .join(tenancy, tenancy.c.id == topic_choice.c.tenancy_id)
        .where(topic_choice.c.ended_at.is_(None), tenancy.c.ended_on.is_(None))
    )


def _order(one: TopicChoice) -> tuple[int, str]:
    return CHOOSABLE.index(one.topic) if one.topic in CHOOSABLE else len(CHOOSABLE), one.id


def _from_row(row: Row[Any]) -> TopicChoice:
    values = {name: getattr(row, name) for name in _FIELDS}
    return TopicChoice(**values | {"source": ChoiceSource(row.source)})
