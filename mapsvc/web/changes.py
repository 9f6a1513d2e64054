"""`/hotspots/changes`: what each stretch did over the periods, period by period on the map, two beside each other."""

from dataclasses import replace
from urllib.parse import quote, urlencode

from flask import Blueprint, render_template, request
from markupsafe import Markup

from mapsvc.domain.changes import (
    CHANGE_MEANS,
    CHANGE_NEXT,
    CHANGE_WORDS,
    EACH_WORDS,
    LEAST_PERIODS,
    WEEKS,
    Change,
)
from mapsvc.domain.kinds import KINDS
from mapsvc.domain.permissions import Action
from mapsvc.domain.times import office_day
from mapsvc.maps.charts import spark
from mapsvc.maps.period_map import period_map, scale_of
from mapsvc.operations.changes import ChangedCell, ChangeMap, ChangeQuery, changes
from mapsvc.operations.period_pairs import compare
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.hotspot_query import CELLS, read_query

blueprint = Blueprint("changes", __name__)
_TOP = 3
_PX = {"play": ((760, 400), (358, 330)), "pair": ((510, 330), (358, 300))}
"""Width and height of the maps, on a desk and on a phone: drawn for each, since names do not shrink with a picture."""


@blueprint.get("/hotspots/changes")
def index() -> str:
    """The words, the periods one by one, and two of them."""
    who = require_page(Action.SEE_MAP)
    query = _query()
    found = changes(workspace(), who, query)
    last = len(found.periods) - 1
    pair = compare(found, *_pair(last)) if last > 0 else None
    return render_template(
        "hotspots/changes.html", tab="map", found=found, query=query, words=CHANGE_WORDS, means=CHANGE_MEANS,
        advice=CHANGE_NEXT, changes=list(Change), groups=[(c, found.of(c)) for c in Change if found.of(c)],
        period=_number("period", last, last), says=[_says(found, i) for i in range(last + 1)], pair=pair,
        names=[_name(found, i) for i in range(last + 1)], scale=scale_of(found).words if last >= 0 else (),
        draw=lambda part, period: _drawn(found, part, period), to=lambda **more: _address(query, **more),
        cell_href=lambda cell: _cell_address(cell, query), spark_of=lambda cell: _spark(cell, found),
        kinds=[(k.code, k.name) for k in KINDS], weeks=[(w, EACH_WORDS[w]) for w in WEEKS], cells=CELLS,
        other=_speaking(query, found), least=LEAST_PERIODS,
    )  # fmt: skip


def _query() -> ChangeQuery:
    asked = read_query()
    weeks = request.args.get("weeks", "")
    usual = ChangeQuery(asked.until).weeks
    return ChangeQuery(
        asked.until, asked.kind, int(weeks) if weeks.isdecimal() and len(weeks) < 4 else usual, asked.cells,
        request.args.get("rules") == "arcgis",
    )  # fmt: skip


def _number(name: str, most: int, usual: int) -> int:
    """A period asked for, within those there are."""
    text = request.args.get(name, "")
    return min(int(text), most) if text.isdecimal() and len(text) < 4 else usual


def _pair(last: int) -> tuple[int, int]:
    """The two periods asked for; the last two if none were, or one twice."""
    a, b = _number("a", last, last - 1), _number("b", last, last)
    return (a, b) if a != b else (last - 1, last)


def _address(query: ChangeQuery, **more: object) -> str:
    """This page for the same question, with `more`; None leaves something out."""
    usual = ChangeQuery(office_day(workspace().clock()))
    asked: dict[str, object | None] = {
        "kind": query.kind,
        "weeks": query.weeks if query.weeks != usual.weeks else None,
        "cells": query.cells if query.cells != usual.cells else None,
        "until": query.until.isoformat() if query.until != usual.until else None,
        "rules": "arcgis" if query.arcgis_exact else None,
    }
    told = urlencode({name: value for name, value in (asked | more).items() if value is not None}, safe=":")
    return f"/hotspots/changes?{told}" if told else "/hotspots/changes"


def _cell_address(cell: ChangedCell, query: ChangeQuery) -> str:
    asked = {"kind": query.kind} if query.kind else {}
    asked |= {"until": query.until.isoformat()} if query.until != office_day(workspace().clock()) else {}
    return f"/hotspots/cells/{quote(cell.shape.id)}{f'?{urlencode(asked)}' if asked else ''}"


def _name(found: ChangeMap, period: int) -> str:
    """A period with its year where that is not this one."""
    one = found.periods[period]
    year = "" if one.first.year == found.query.until.year else f"{one.first.year}年"
    return f"{year}{one.words}"


def _says(found: ChangeMap, period: int) -> str:
    """What a period was like, in a sentence: how many, and where it stood out."""
    hot = [c for c in found.cells if c.hot[period] and c.shape.is_marked]
    hot.sort(key=lambda c: (-c.episodes[period], c.shape.id))
    told = f"{found.total(period)}起"
    if not hot:
        return f"{told}，没有哪里特别突出。"
    first = "、".join(f"{c.shape.label}{c.episodes[period]}起" for c in hot[:_TOP])
    more = f"等{len(hot)}处" if len(hot) > _TOP else ""
    return f"{told}，突出的是{first}{more}。"


def _drawn(found: ChangeMap, part: str, period: int) -> Markup:
    """The map of a period twice: the style sheet shows the one that fits the screen."""
    ws, who, name = workspace(), actor(), _name(found, period)
    both = zip(("for-desk", "for-phone"), _PX[part], strict=True)
    return Markup("").join(
        Markup('<div class="map-frame {}">{}</div>').format(
            kind, period_map(ws, who, found, period, width=wide, height=high, label=name)
        )
        for kind, (wide, high) in both
    )


def _spark(cell: ChangedCell, found: ChangeMap) -> Markup:
    told = "、".join(map(str, cell.episodes))
    return spark(cell.episodes, cell.hot, title=f"{found.window}：{told}")


def _speaking(query: ChangeQuery, found: ChangeMap) -> tuple[str, str] | None:
    """Where periods of another length would say something, and what the link says; the nearest length first."""
    if found.speaks:
        return None
    for weeks in sorted(set(WEEKS) - {query.weeks}, key=lambda w: abs(WEEKS.index(w) - WEEKS.index(query.weeks))):
        if changes(workspace(), actor(), replace(query, weeks=weeks)).speaks:
            return _address(query, weeks=weeks), f"改看{EACH_WORDS[weeks]}"
    return None
