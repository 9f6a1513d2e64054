"""想提前知道: what who runs a shop chose to be told about in time, by themselves or in words at the door."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.shops import Shop
from mapsvc.domain.times import office_day, to_second
from mapsvc.domain.topic_choices import ChoiceSource, TopicChoice, require_known
from mapsvc.errors import Refused
from mapsvc.operations.shops import find_shop
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit
from mapsvc.store import topic_choices as store


def choose(ws: Workspace, actor: Actor, shop_code: str, topics: Iterable[str]) -> tuple[TopicChoice, ...]:
    """Write down what was said at the door: the whole set of topics that holds from now on.

    Raises
    ------
    NotFound, Forbidden
    Refused
        A topic that is not on the list; nobody runs the shop.
    """
    at = to_second(ws.clock())
    with ws.write() as conn:
        shop = find_shop(conn, shop_code, office_day(at))
        require(actor, Action.CHOOSE_TOPICS, shop.worker_id)
        return choose_within(conn, actor, shop, topics, ChoiceSource.TOLD, at)


def choose_within(
    conn: Connection, actor: Actor, shop: Shop, topics: Iterable[str], source: ChoiceSource, at: datetime
) -> tuple[TopicChoice, ...]:
    """As `choose`, in the caller's transaction, by whoever may; what stays keeps who chose it and when.

    Returns
    -------
    tuple of TopicChoice
        What holds now. The same set again changes nothing.
    """
    wanted = require_known(topics)
    if shop.tenancy is None:
        raise Refused("这里现在没有店家，等新店来了再记。", field="shop", code="nobody_there")
    tenancy_id = shop.tenancy.id
    before = store.of_tenancies(conn, [tenancy_id]).get(tenancy_id, ())
    held = {one.topic for one in before}
    if held == set(wanted):
        return before
    store.end(conn, [one.id for one in before if one.topic not in wanted], at)
    for topic in wanted:
        if topic not in held:
            store.add(conn, TopicChoice(str(uuid4()), tenancy_id, shop.id, topic, source, at, actor.person_id))
    told = {"shop": shop.code, "topics": [one.topic for one in before]}
    now = {"shop": shop.code, "topics": list(wanted), "source": source.value}
    audit.append(conn, actor, "choose_topics", "tenancy", tenancy_id, told, now, at)
    return store.of_tenancies(conn, [tenancy_id]).get(tenancy_id, ())


def of_shop(ws: Workspace, actor: Actor, shop_code: str) -> tuple[TopicChoice, ...]:
    """What who runs the shop now chose. Raises NotFound, Forbidden."""
    with ws.read() as conn:
        shop = find_shop(conn, shop_code, office_day(ws.clock()))
        require(actor, Action.CHOOSE_TOPICS, shop.worker_id)
        return store.of_tenancies(conn, [shop.tenancy.id]).get(shop.tenancy.id, ()) if shop.tenancy else ()


def chosen(conn: Connection) -> dict[str, int]:
    """How many present tenancies asked to be told about each topic."""
    return store.counts(conn)
