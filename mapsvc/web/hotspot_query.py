"""The question in the address of a page about hot spots, and addresses that ask one."""

from datetime import date
from urllib.parse import urlencode

from flask import request

from mapsvc.domain.hotspots import WINDOW_WEEKS
from mapsvc.domain.times import office_day
from mapsvc.errors import Malformed
from mapsvc.operations.hotspots import PATCHES, STREET_CELLS, HotspotQuery
from mapsvc.web.context import workspace

WIDEST_DAYS = WINDOW_WEEKS[-1] * 7
WINDOWS = (("", "自动选"), ("56", "近8周"), ("84", "近12周"), ("182", "近半年"), ("364", "近一年"))
CELLS = (
    (STREET_CELLS, "路段（25米）"),
    ("square:75", "方格（75米）"),
    ("hex:75", "六角格（75米）"),
    (PATCHES, "片区"),
)


def read_query() -> HotspotQuery:
    """The question in the address; what it does not name is as on the map.

    Raises
    ------
    Malformed
    """
    args = request.args
    return HotspotQuery(
        _day(args.get("until", "")),
        args.get("kind", "")[:40] or None,
        _days(args.get("days", "")),
        args.get("cells", "")[:40] or STREET_CELLS,
    )


def address(path: str, query: HotspotQuery, **more: object) -> str:
    """Where `path` answers this question; only what differs from the map's own question is named."""
    today = office_day(workspace().clock())
    asked = {
        "kind": query.kind,
        "days": query.days,
        "cells": query.cells if query.cells != STREET_CELLS else None,
        "until": query.until.isoformat() if query.until != today else None,
    }
    told = urlencode({name: value for name, value in (asked | more).items() if value}, safe=":")
    return f"{path}?{told}" if told else path


def _day(text: str) -> date:
    if not text:
        return office_day(workspace().clock())
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Malformed("日子要写成 2026-11-01 这样。", field="until", code="bad_day") from None


def _days(text: str) -> int | None:
    if text in ("", "auto"):
        return None
    if not text.isdecimal() or len(text) > 4:
        raise Malformed("时间窗要写天数，例如 56。", field="days", code="bad_days")
    return int(text)
