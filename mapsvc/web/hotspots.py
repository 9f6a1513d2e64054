"""问题分布 on pages: the list in words, one cell with why, what happened, what was tried and what next; 投屏."""

import re
from dataclasses import replace
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.cases import STATE_NAMES
from mapsvc.domain.changes import CHANGE_MEANS, CHANGE_NEXT, CHANGE_WORDS
from mapsvc.domain.hotspots import VERDICT_WORDS, Verdict, usual_words, window_words
from mapsvc.domain.issues import ISSUE_SOURCE_NAMES
from mapsvc.domain.kinds import KINDS, kind_of
from mapsvc.domain.permissions import Action, may
from mapsvc.domain.watches import until_words
from mapsvc.errors import NotFound
from mapsvc.maps.effect_chart import effect_chart
from mapsvc.maps.hotspot_picture import CELL_PX, PAGE_PX, SCREEN_PX, Shown, hotspot_picture
from mapsvc.maps.hotspot_series import history_chart
from mapsvc.operations.cell_history import cell_history
from mapsvc.operations.changes import ChangeQuery, changes
from mapsvc.operations.hotspot_file import HotspotFile, hotspot_file
from mapsvc.operations.hotspot_screen import screen_slides
from mapsvc.operations.hotspot_watches import watch_cell
from mapsvc.operations.hotspots import HotCell, HotspotMap, HotspotQuery, hotspot_map
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.hotspot_query import CELLS, WIDEST_DAYS, WINDOWS, address, read_query
from mapsvc.web.hotspot_steps import next_steps
from mapsvc.web.signs import icon, sign

blueprint = Blueprint("hotspots", __name__)
_MOST_SQUARES = 48
_STRETCH = r"[^\s，、；看]+路\d+–\d+号段*"
_BOLD = re.compile("(" + "|".join((r"\d+[件起]", _STRETCH, "几乎没有", *VERDICT_WORDS.values())) + ")")


@blueprint.get("/hotspots")
def index() -> str:
    """The stretches that say something, in words."""
    who, query = require_page(Action.SEE_MAP), read_query()
    found = hotspot_map(workspace(), who, query)
    marked = [c for c in found.cells if c.shape.is_marked]
    changed = changes(workspace(), who, ChangeQuery(query.until, query.kind, cells=query.cells))
    may_widen = not found.speaks and found.days < WIDEST_DAYS
    return render_template(
        "hotspots/index.html", tab="map", found=found, query=query, verdicts=VERDICT_WORDS, usual=usual_words,
        said=[c for c in marked if c.spot.verdict.says_more],
        unsure=[c for c in marked if c.spot.verdict is Verdict.UNSURE],
        fewer=[c for c in marked if c.spot.verdict is Verdict.FEWER],
        unmarked=sum(_is_kept_back(c) for c in found.cells),
        widen=address("/hotspots", replace(query, days=WIDEST_DAYS)) if may_widen else "",
        kinds=[(k.code, k.name) for k in KINDS], windows=WINDOWS, cells=CELLS, window=window_words(found.days),
        cell_href=lambda cell: cell_address(cell, query), to=address,
        may_export=may(who, Action.EXPORT), strong=_strong,
        types={c.shape.id: CHANGE_WORDS[c.change] for c in changed.cells if c.change},
    )  # fmt: skip


@blueprint.get("/hotspots/cells/<path:cell>")
def show(cell: str) -> str:
    """One cell."""
    return _cell_page(cell)


@blueprint.post("/hotspots/cells/<path:cell>/watch")
def watch(cell: str) -> AnyResponse:
    """关注."""
    query, cell_id = of_cell(read_query(), cell), path_code(cell)
    to = address(f"/hotspots/cells/{quote(cell_id)}", query, cells=None, done="watched")
    return forms.done(lambda: watch_cell(workspace(), actor(), query, cell_id), to, lambda _, __: _cell_page(cell))


def _cell_page(cell: str) -> str:
    ws, who = workspace(), require_page(Action.SEE_MAP)
    query = of_cell(read_query(), cell)
    file = hotspot_file(ws, who, query, path_code(cell))
    history = cell_history(ws, who, ChangeQuery(query.until, query.kind, cells=query.cells), file.cell.spot.cell)
    return render_template(
        "hotspots/cell.html", tab="map", file=file, detail=file.detail, cell=file.cell, query=query, to=address,
        steps=next_steps(who, file), squares=_squares(file), kind_name=lambda code: kind_of(code).short_name,
        states=STATE_NAMES, sources=ISSUE_SOURCE_NAMES, on_map=_on_map(file), usual=usual_words, sign=sign, icon=icon,
        strong=_strong, history=history, series=history_chart(history), change_words=CHANGE_WORDS,
        change_means=CHANGE_MEANS, change_next=CHANGE_NEXT, chart=effect_chart(file.effect) if file.effect else "",
        window=window_words(file.detail.map.days), may_watch=may(who, Action.EDIT_CONTEXT), until_words=until_words,
        said="关注了，有新的上报会在今日里说。" if request.args.get("done") == "watched" else "",
    )  # fmt: skip


@blueprint.get("/hotspots/picture.svg")
def picture() -> Response:
    """Where it is, drawn; `cell` looks at one closely."""
    ws, who = workspace(), require_page(Action.SEE_MAP)
    query, cell_id = read_query(), path_code(request.args.get("cell", ""))
    found = hotspot_map(ws, who, of_cell(query, cell_id) if cell_id else query)
    cell = next((c for c in found.cells if c.spot.cell == cell_id), None)
    if cell_id and cell is None:
        raise NotFound("图上没有这个路段，请回到问题分布重新点选。", code="unknown_cell")
    drawn = hotspot_picture(ws, who, found, CELL_PX if cell else PAGE_PX, Shown(cell, request.args.get("dark") == "1"))
    return Response(drawn.svg(), mimetype="image/svg+xml", headers={"Cache-Control": "private, max-age=300"})


@blueprint.get("/hotspots/screen")
def screen() -> str:
    """投屏."""
    ws, who = workspace(), require_page(Action.SEE_MAP)
    query = read_query()
    return render_template(
        "hotspots/screen.html", slides=screen_slides(ws, who, query), verdicts=VERDICT_WORDS, usual=usual_words,
        back=address("/hotspots", query), draw=_on_wall, until=query.until,
    )  # fmt: skip


def cell_address(cell: HotCell, query: HotspotQuery) -> str:
    """The page of a cell, for the same question; its name says how it was cut out."""
    return address(f"/hotspots/cells/{quote(cell.spot.cell)}", query, cells=None)


def of_cell(query: HotspotQuery, cell: str) -> HotspotQuery:
    """The question whose division has this cell: a cell's name begins with it."""
    kind, _, rest = cell.partition(":")
    if kind == "patch":
        return replace(query, cells="patches")
    return replace(query, cells=f"{kind}:{rest.partition(':')[0]}") if rest else query


def _on_wall(found: HotspotMap) -> str:
    """The map twice, light and dark: the style sheet shows the one that suits the screen."""
    both = ((False, "by-day"), (True, "by-night"))
    ws, who = workspace(), actor()
    return "".join(hotspot_picture(ws, who, found, SCREEN_PX, Shown(dark=dark)).svg(name) for dark, name in both)


def _squares(file: HotspotFile) -> tuple[int, int]:
    """Reports that are usual, and those beyond, to be drawn one by one; none where they would be too many."""
    spot = file.cell.spot
    usual = min(spot.count, round(spot.expected))
    return (0, 0) if spot.count > _MOST_SQUARES or not spot.verdict.says_more else (usual, spot.count - usual)


def _strong(text: str) -> Markup:
    """A sentence with its numbers and its verdict in bold."""
    parts = _BOLD.split(text)
    return Markup("").join(Markup("<b>{}</b>").format(p) if i % 2 else escape(p) for i, p in enumerate(parts))


def _on_map(file: HotspotFile) -> str:
    spot, kind = file.cell.spot, file.detail.map.query.kind
    return f"/?{urlencode({'at': f'18.5,{spot.lat:.5f},{spot.lon:.5f}'} | ({'kind': kind} if kind else {}), safe=',')}"


def _is_kept_back(cell: HotCell) -> bool:
    """Whether it stands out, with too few doors to be named."""
    return cell.spot.band >= 95 and cell.spot.count > cell.spot.expected and not cell.shape.is_marked
