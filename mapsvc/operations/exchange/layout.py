"""The layout: all that the public surface may know, out of the office's store."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from mapsvc.domain import kinds as kind_rules
from mapsvc.domain.cards import Card, card_number
from mapsvc.domain.clock import CLOSES_H, OPENS_H
from mapsvc.domain.policy_files import to_document
from mapsvc.domain.quiet_hours import QuietHours, QuietSource
from mapsvc.domain.shops import Shop
from mapsvc.domain.surface import LaidCard, Layout, Matter, QuietLine, key_of
from mapsvc.domain.times import OFFICE_ZONE, day_start, office_day
from mapsvc.domain.topic_choices import CHOOSABLE
from mapsvc.operations.clock import working_days
from mapsvc.operations.exchange import matters, order_pages
from mapsvc.operations.exchange.letters import layout_document
from mapsvc.operations.office import DEMO
from mapsvc.operations.policies import entries_in_force
from mapsvc.operations.workspace import Workspace
from mapsvc.store import cards, quiet_hours, shops, topic_choices
from mapsvc.store import settings as store_settings

WEEKS_AHEAD = 4
SMALL_PX = 480
_HOUR = timedelta(hours=1)
# What merchants report most, in the words of their page; after them every other kind in the order of the list.
USUAL_KINDS: tuple[tuple[str, str], ...] = (
    ("L0001", "房屋渗漏"),
    ("06010", "暴露垃圾"),
    ("09005", "跨门经营"),
    ("L0003", "油烟扰民"),
    ("L0002", "邻里纠纷"),
    ("L0005", "消防隐患"),
)


def lay_out(conn: Connection, ws: Workspace, at: datetime) -> tuple[Layout, dict[str, Path]]:
    """Everything the public surface may know at `at`, and the files of the pictures on its orders.

    Cards of present tenancies alone, each with its own tenancy's matters; no merchant's name or number, no account, no
    history, no words of the staff but answers and what was promised to that very shop.
    """
    day = office_day(at)
    entries = entries_in_force(conn, day)
    live = cards.live_of_present(conn)
    doors = shops.by_ids(conn, (card.shop_id for card in live), day)
    told = matters.of_cards(conn, live, {entry.id: entry for entry in entries}, at)
    pages, pictures = order_pages.pages(conn, ws, at)
    topics = topic_choices.of_tenancies(conn, (card.tenancy_id for card in live))
    quiet = quiet_hours.of_shops(conn, [card.shop_id for card in live])
    laid = tuple(
        _card(
            card,
            doors[card.shop_id],
            told.get(card.tenancy_id, ()),
            tuple(choice.topic for choice in topics.get(card.tenancy_id, ())),
            tuple(_quiet(one) for one in quiet.get(card.shop_id, ())),
        )
        for card in live
        if card.shop_id in doors
    )
    layout = Layout(
        0,
        at,
        _office(conn, ws),
        _working(conn, at),
        _kinds(),
        CHOOSABLE,
        tuple(sorted(laid, key=lambda card: card.key)),
        tuple(to_document(entry) for entry in entries),
        pages,
    )
    return layout, pictures


def digest_of(layout: Layout) -> str:
    """What tells one layout from another, whenever they were made."""
    import orjson

    told = layout_document(layout) | {"serial": 0, "made_at": ""}
    return hashlib.sha256(orjson.dumps(told)).hexdigest()


def small_pictures(files: Mapping[str, Path]) -> dict[str, bytes]:
    """The pictures as they are sent: small; one that cannot be read is left out."""
    from mapsvc.operations.pictures import small

    found = {}
    for name, file in files.items():
        try:
            found[name] = small(file.read_bytes(), SMALL_PX)
        except (OSError, SyntaxError, ValueError):
            continue
    return found


def _card(
    card: Card, shop: Shop, told: tuple[Matter, ...], topics: tuple[str, ...], quiet: tuple[QuietLine, ...]
) -> LaidCard:
    return LaidCard(
        key_of(card.token),
        card_number(shop.code, card.token),
        shop.location.address or shop.code,
        shop.worker.display_name if shop.worker else None,
        topics,
        quiet,
        told,
    )


def _quiet(one: QuietHours) -> QuietLine:
    # What was told at the door stands in a worker's words: the hours are enough.
    is_told = one.source is QuietSource.TOLD
    return QuietLine(one.from_minute, one.until_minute, one.weekday, None if is_told else one.text, is_told)


def _office(conn: Connection, ws: Workspace) -> dict[str, Any]:
    settings = ws.settings
    return {
        "office_name": settings.office_name,
        "block_name": settings.block_name,
        "office_phone": settings.office_phone,
        "secretary_name": settings.secretary_name,
        "worker_label": settings.worker_label,
        "is_demo": store_settings.get(conn, DEMO) not in ("", "0"),
    }


def _working(conn: Connection, at: datetime) -> tuple[tuple[datetime, datetime], ...]:
    is_working = working_days(conn)
    first = at.astimezone(OFFICE_ZONE).date()
    days = (first + timedelta(days=n) for n in range(WEEKS_AHEAD * 7))
    return tuple((day_start(d) + OPENS_H * _HOUR, day_start(d) + CLOSES_H * _HOUR) for d in days if is_working(d))


def _kinds() -> tuple[tuple[str, str], ...]:
    usual = {code for code, _ in USUAL_KINDS}
    return (*USUAL_KINDS, *((kind.code, kind.short_name) for kind in kind_rules.KINDS if kind.code not in usual))
