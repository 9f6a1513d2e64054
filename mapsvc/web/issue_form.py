"""`/issues/new`: reporting something at a shop, a place or a spot on the map, with what is known nearby shown first."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from urllib.parse import quote, urlencode

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import SEVERITY_NAMES, STATE_NAMES, Severity
from mapsvc.domain.issues import DUPLICATE_RADIUS_M, ISSUE_SOURCE_NAMES, IssueSource
from mapsvc.domain.kinds import KINDS, kind_of
from mapsvc.domain.permissions import Action, may
from mapsvc.domain.photos import PhotoOf
from mapsvc.domain.times import office_day
from mapsvc.domain.withdrawals import Withdrawn
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import search
from mapsvc.operations.cases import get_case
from mapsvc.operations.issues import NewIssue, Spot, checked_spot, report_issue
from mapsvc.operations.joining import join_issue
from mapsvc.operations.kinds import suggest_kind
from mapsvc.operations.limits import triage
from mapsvc.operations.nearby import Near, nearby_open
from mapsvc.operations.places import get_place
from mapsvc.operations.shops import get_shop
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.form_ids import form_id
from mapsvc.web.signs import icon, sign
from mapsvc.web.uploads import Upload, keep_photos, read_photos

blueprint = Blueprint("issue_form", __name__)
NEARBY = "nearby"
MOST_TEXT = 2000
_FOUND_MOST = 12
_SOURCES = tuple((s.value, ISSUE_SOURCE_NAMES[s]) for s in IssueSource)
_KINDS = tuple((kind.code, kind.name) for kind in KINDS)
_SEVERITIES = tuple((s.value, SEVERITY_NAMES[s]) for s in Severity)
_FIELDS = frozenset({"text", "kind", "photo", "severity", "source"})


@dataclass(frozen=True)
class Spoken:
    """Where it is: `words` and `detail` say it, `back` leads to it; one of shop, place and position."""

    words: str
    detail: str
    back: str
    shop: str | None = None
    place: str | None = None
    position: Spot | None = None

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        """What the form carries of it."""
        if self.position:
            return (("lon", f"{self.position.lon:.7f}"), ("lat", f"{self.position.lat:.7f}"))
        return (("shop", self.shop),) if self.shop else (("place", self.place or ""),)


@dataclass(frozen=True)
class Filed:
    """Where the case is that came of it, and the key of what is said there."""

    case_id: str
    said: str


@blueprint.get("/issues/new")
def new() -> Response:
    """The form for a spot; without one, a search for it."""
    require_page(Action.REPORT_ISSUE)
    try:
        where = _where(request.args)
    except (NotFound, Refused) as error:
        return make_response(_spot_page(str(error)), 404 if isinstance(error, NotFound) else 422)
    return make_response(_form_page(where) if where else _spot_page())


@blueprint.post("/issues/new")
def file() -> Response:
    """File it, once what is known nearby has been looked at."""
    require_page(Action.REPORT_ISSUE)
    try:
        where = _where(request.form)
    except (NotFound, Refused) as error:
        where, told = None, str(error)
    else:
        told = "先说在哪里。"
    if where is None:
        return make_response(_spot_page(told), 422)
    here = where
    return forms.done(
        lambda: _file(here),
        lambda filed: f"/cases/{filed.case_id}?done={filed.said}",
        lambda form, faults: _form_page(here, form, faults),
    )


def _file(where: Spoken) -> Filed:
    ws, who = workspace(), actor()
    new, severity, uploads = _read(where)
    into = forms.text("join", "", 60)
    if not into and not request.form.get("apart"):
        already = _look_around(who, where, new)
        if already:
            return already
    done = report_issue(ws, who, new)
    if isinstance(done, Withdrawn):
        raise Conflict("这一件撤回过了；要再报，请重新打开这一页。", code="withdrawn")
    case_id, said = done.found.case.id, "reported"
    if into:
        try:
            case_id, said = join_issue(ws, who, new.id, into).line.found.case.id, "joined"
        except (Conflict, Forbidden, NotFound, Refused):
            # A case that is over by now is no reason to lose the report: it then has a case of its own.
            said = "reported"
    elif severity and may(who, Action.DECIDE):
        triage(ws, who, case_id, severity, get_case(ws, who, case_id).line.found.case.version)
    keep_photos(ws, who, uploads, PhotoOf.ISSUE, new.id)
    return Filed(case_id, said)


def _read(where: Spoken) -> tuple[NewIssue, Severity | None, tuple[Upload, ...]]:
    text = forms.text("text", "看到了什么", MOST_TEXT)
    kind = forms.text("kind", "类别", 40) or _ask_kind(text)
    severity = forms.choice("severity", Severity, "轻重", required=False)
    source = forms.choice("source", IssueSource, "谁先看到的", required=False) or IssueSource.APP
    uploads = read_photos()
    new = NewIssue(
        form_id(), kind, text, source, shop=where.shop, place=where.place, position=where.position,
    )  # fmt: skip
    return new, severity, uploads


def _ask_kind(text: str) -> str:
    """Nobody said which kind: raise Refused with those that the words speak of."""
    found = suggest_kind(text)
    codes = tuple(s.kind.code for s in found)
    if not codes:
        told = "请选一类；拿不准就选最像的，以后可以改。" if text else "写几个字，或选一类。"
        raise Refused(told, field="kind", code="kind_missing")
    names = "、".join(f"“{s.kind.name}”" for s in found)
    chosen = "先选上了" if len(found) == 1 else "先选上了第一个"
    told = f"照写的看，像是{names}，{chosen}；对的话再点一次“报上去”。"
    raise Refused(told, field="kind", code="kind_missing", extra={"kinds": codes})


def _look_around(who: Actor, where: Spoken, new: NewIssue) -> Filed | None:
    """Raise Conflict with what is open nearby; the case itself where this very form was filed before."""
    spot = where.position
    near = nearby_open(
        workspace(), who, new.kind, spot.lon if spot else None, spot.lat if spot else None, where.shop, where.place
    )
    for one in near:
        if one.line.found.issue.id == new.id:
            return Filed(one.line.found.case.id, "reported")
    if near:
        name = kind_of(near[0].line.found.issue.kind).short_name
        told = f"附近已经有{len(near)}件“{name}”没办完，先看看是不是同一件。"
        raise Conflict(told, code=NEARBY, extra={"near": near})
    return None


def _where(sent: Mapping[str, str]) -> Spoken | None:
    """The spot that an address or a form names, in words; None for none.

    Raises
    ------
    NotFound
    Refused
        If it cannot be a position here.
    """
    ws, who = workspace(), actor()
    shop, place, lon, lat = (path_code(sent.get(name, "")).strip() for name in ("shop", "place", "lon", "lat"))
    if shop:
        door = get_shop(ws, who, shop).shop
        return Spoken(
            door.location.address or door.name or shop,
            f"{door.name or ''} {shop}".strip(),
            f"/shops/{quote(shop)}",
            shop,
        )
    if place:
        spot = get_place(ws, who, place).place
        at = spot.location.address or ""
        return Spoken(spot.name, f"{at} {place}".strip(), f"/?{urlencode({'place': place})}", place=place)
    if lon or lat:
        return _on_map(lon, lat)
    return None


def _on_map(lon: str, lat: str) -> Spoken:
    ws = workspace()
    try:
        spot = Spot(float(lon), float(lat))
    except ValueError:
        spot = Spot(float("nan"), float("nan"))
    if not (isfinite(spot.lon) and isfinite(spot.lat)):
        raise Refused("图上的位置读不出来，请再点一次，或找门牌。", field="position", code="bad_position")
    checked_spot(ws, spot)
    near = ws.gazetteer.nearest_address(spot.lon, spot.lat)
    back = f"/?at=18,{spot.lat:.5f},{spot.lon:.5f}"
    return Spoken(f"{near.label}附近" if near else "图上点的位置", "在图上点的", back, position=spot)


def _spot_page(told: str = "") -> str:
    """Where is it? A search, or a tap on the map."""
    q = path_code(request.args.get("q", "")).strip()
    hits = [h for h in search.find(workspace(), actor(), q, _FOUND_MOST) if h.type != "case"] if q else []
    found = [(_report_at(hit), hit) for hit in hits]
    return render_template(
        "issue_where.html", tab="map", q=q, found=[(to, hit) for to, hit in found if to], told=told, icon=icon
    )


def _report_at(hit: search.Hit) -> str:
    if hit.type in ("shop", "place"):
        return f"/issues/new?{urlencode({hit.type: hit.code})}"
    if hit.lon is None or hit.lat is None:
        return ""
    return f"/issues/new?{urlencode({'lon': f'{hit.lon:.6f}', 'lat': f'{hit.lat:.6f}'})}"


def _form_page(where: Spoken, form: forms.Form | None = None, faults: dict[str, str] | None = None) -> str:
    extra = getattr(faults, "extra", {})
    near: tuple[Near, ...] = extra.get("near", ())
    suggested: tuple[str, ...] = extra.get("kinds", ())
    form = dict(form or {})
    if suggested and not form.get("kind"):
        form["kind"] = suggested[0]
    return render_template(
        "issue_form.html",
        tab="map",
        where=where,
        form=form,
        faults=faults or {},
        # Whatever is wrong with no field of its own is said at the head.
        wrong="" if near else next((told for name, told in (faults or {}).items() if name not in _FIELDS), ""),
        near=near,
        days={n.line.found.case.id: _days(n) for n in near},
        had_photos=bool(near and any(f.filename for f in request.files.getlist("photo"))),
        radius=int(DUPLICATE_RADIUS_M),
        new_id=form_id(),
        kinds=_KINDS,
        sources=_SOURCES,
        severities=_SEVERITIES if may(actor(), Action.DECIDE) else (),
        kind_of=kind_of,
        state_names=STATE_NAMES,
        sign=sign,
        icon=icon,
    )


def _days(near: Near) -> str:
    """How long it has been open."""
    days = (office_day(workspace().clock()) - office_day(near.line.found.issue.happened_at)).days
    return "今天报的" if days < 1 else f"报了{days}天"
