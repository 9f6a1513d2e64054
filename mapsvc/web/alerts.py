"""`/alerts`: the inbox of early warnings, one with what shows it, accepted, dismissed, taken back."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from flask import Blueprint, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from mapsvc.domain.alert_lessons import LEVEL, taught
from mapsvc.domain.alerts import (
    DECISION_NAMES,
    DISMISSAL_NAMES,
    RULE_NAMES,
    STATE_NAMES,
    Alert,
    Decision,
    Dismissal,
    Rule,
)
from mapsvc.domain.context_events import CONTEXT_KIND_NAMES
from mapsvc.domain.hotspots import usual_words
from mapsvc.domain.kinds import KINDS, kind_of
from mapsvc.domain.permissions import Action
from mapsvc.domain.privacy import visible_text
from mapsvc.maps.charts import HEIGHT, STYLE, Bar, Mark, series_chart
from mapsvc.operations import alerts
from mapsvc.operations.alert_decisions import MOST_WORDS, Acceptance
from mapsvc.operations.alerts import AlertLine, AlertView
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.forms import Form
from mapsvc.web.signs import icon, sign

blueprint = Blueprint("alerts", __name__)
SAID = {
    "case": "接下了，案件开好了。",
    "attached": "接下了，写进了已经在办的案件。",
    "playbook": "接下了，样板开始了，任务都排好了。",
    "watch": "接下了，关注90天，又有了会告诉你。",
    "noted": "记下了。",
    "dismissed": "放下了。",
    "back": "撤回了，还在等你定。",
}
_LISTED = (Decision.WATCH, Decision.NOTED)
"""What needs nothing more to be said, and has a button in the list."""
_FIRST = 8
"""Reports in sight; the others unfold."""
_LOW = 104
"""Pixels of a chart in the list."""


@dataclass(frozen=True)
class Shown:
    """A warning in the inbox: its days, its figures, its chart, what was learned before, what its detector advises."""

    line: AlertLine
    days: str
    figures: str
    chart: Markup
    learned: tuple[str, ...]
    advice: str

    @property
    def alert(self) -> Alert:
        """The warning itself."""
        return self.line.alert


@blueprint.get("/alerts")
def index() -> str:
    """What waits; folded: what is over the week's budget, what was decided."""
    who = require_page(Action.SEE_ALERTS)
    box = alerts.inbox(workspace(), who)
    return render_template(
        "alerts/inbox.html",
        tab="today",
        box=box,
        shown=tuple(_shown(line) for line in box.open),
        level=f"{LEVEL:.0%}",
        style=STYLE,
        listed=tuple((d.value, DECISION_NAMES[d]) for d in _LISTED),
        **_names(),
    )


@blueprint.get("/alerts/<alert_id>")
def show(alert_id: str) -> str:
    """One, with its evidence and what can be done."""
    require_page(Action.SEE_ALERTS)
    return _page(alert_id)


@blueprint.post("/alerts/<alert_id>/accept")
def accept(alert_id: str) -> Response:
    """Take it up as a case, a playbook, a watch, or as noted."""
    require_page(Action.DECIDE_ALERT)

    def act() -> Alert:
        return alerts.accept(workspace(), actor(), path_code(alert_id), forms.version(), _acceptance())

    return forms.done(act, _after_accepting, lambda form, faults: _again(alert_id, form, faults))


@blueprint.post("/alerts/<alert_id>/dismiss")
def dismiss(alert_id: str) -> Response:
    """Put it aside, with the reason."""
    require_page(Action.DECIDE_ALERT)

    def act() -> Alert:
        reason = forms.choice("reason", Dismissal, "为什么放下", required=True)
        assert reason is not None  # required
        words = forms.text("words", "说一句", MOST_WORDS)
        because = forms.text(f"because_{reason.value}", "是哪一条", 36) or None
        return alerts.dismiss(workspace(), actor(), path_code(alert_id), forms.version(), reason, words, because)

    to = f"/alerts/{quote(path_code(alert_id))}?done=dismissed"
    return forms.done(act, to, lambda form, faults: _page(alert_id, "dismiss", form, faults))


@blueprint.post("/alerts/<alert_id>/take-back")
def take_back(alert_id: str) -> Response:
    """Undo the decision."""
    require_page(Action.DECIDE_ALERT)
    to = f"/alerts/{quote(path_code(alert_id))}?done=back"
    return forms.done(
        lambda: alerts.take_back(workspace(), actor(), path_code(alert_id), forms.version()),
        to,
        lambda form, faults: _page(alert_id, "take-back", form, faults),
    )


def _acceptance() -> Acceptance:
    decision = forms.choice("decision", Decision, "接下来怎么办", required=True)
    assert decision is not None  # required
    return Acceptance(
        decision,
        forms.text("case", "案件", 36) or None,
        forms.text("kind", "类别", 20) or None,
        forms.text("playbook", "样板", 40) or None,
        forms.text("order_to", "派给哪个单位", 60),
        forms.text("words", "说一句", MOST_WORDS),
    )


def _after_accepting(after: Alert) -> str:
    if after.decision is Decision.CASE and not request.form.get("case"):
        return f"/alerts/{quote(after.id)}?done=case"
    done = "attached" if after.decision is Decision.CASE else after.decision or Decision.NOTED
    return f"/alerts/{quote(after.id)}?done={done}"


def _again(alert_id: str, form: Form, faults: dict[str, str]) -> str:
    return _page(alert_id, str(form.get("form") or "watch"), form, faults)


def _page(alert_id: str, open_form: str = "", form: Form | None = None, faults: dict[str, str] | None = None) -> str:
    view = alerts.get_alert(workspace(), actor(), path_code(alert_id))
    one, done = view.alert, request.args.get("done", "")
    return render_template(
        "alerts/alert.html",
        tab="today",
        view=view,
        one=one,
        shown=_shown(view.line, _marks(view), HEIGHT, has_table=True),
        open_form=open_form,
        form=form,
        faults=faults,
        said=SAID.get(done, ""),
        taught=taught(one) if done == "dismissed" else "",
        counted=_counted(one),
        first_reports=view.reports[:_FIRST],
        more_reports=view.reports[_FIRST:],
        cell=str(one.evidence.get("cell") or ""),
        advised=str((one.evidence.get("next") or {}).get("playbook") or ""),
        ref_url=_ref_url(view),
        style=STYLE,
        reason_text=visible_text(actor(), one.reason_text, None),
        playbook_options=tuple((p.code, p.name) for p in view.playbooks),
        context_options=tuple((c.id, f"{c.text}，{c.days()}") for c in view.contexts),
        case_options=tuple((line.found.case.id, line.found.issue.number) for line in view.open_cases),
        reasons=tuple((d.value, name) for d, name in DISMISSAL_NAMES.items()),
        context_names=CONTEXT_KIND_NAMES,
        kinds=() if one.kind else tuple((k.code, k.short_name) for k in KINDS),
        **_names(),
    )


def _names() -> dict[str, Any]:
    return {
        "rule_names": RULE_NAMES,
        "state_names": STATE_NAMES,
        "decision_names": DECISION_NAMES,
        "dismissal_names": DISMISSAL_NAMES,
        "kind_of": kind_of,
        "sign": sign,
        "icon": icon,
    }


def _shown(line: AlertLine, marks: tuple[Mark, ...] = (), height: int = _LOW, has_table: bool = False) -> Shown:
    one = line.alert
    bars, usual = _bars(one), one.evidence.get("expected")
    unit = _unit(one)
    title = f"{line.title}：一段一段有几{unit}"
    drawn = series_chart(bars, marks, title=title, height=height, unit=unit, has_table=has_table)
    chart = drawn if len(bars) > 1 else Markup("")
    count = one.evidence.get("count")
    figures = f"{_plain(count)}{unit}" if count is not None else ""
    if count is not None and usual is not None:
        figures += f"，{usual_words(float(usual)).replace('件', unit)}"
    learned = tuple(str(words) for words in one.evidence.get("learned") or ())
    advice = str((one.evidence.get("next") or {}).get("words") or "")
    return Shown(line, _days(one.from_day, one.until_day), figures, chart, learned, advice)


def _unit(one: Alert) -> str:
    """What is counted: reports, or days on which somebody reported."""
    return str(one.evidence.get("unit") or ("天" if one.rule is Rule.RELAPSE else "件"))


def _bars(one: Alert) -> list[Bar]:
    """The series as bars; what a detector left out of it is left out here."""
    found = []
    for part in one.evidence.get("series") or ():
        day = date.fromisoformat(str(part["from"])[:10])
        usual = part.get("expected")
        found.append(
            Bar(
                f"{day.month}月{day.day}日", round(float(part.get("count") or 0)), f"{day.month}月{day.day}日起",
                float(usual) if usual is not None else None,
            )
        )  # fmt: skip
    return found[-26:]


def _marks(view: AlertView) -> tuple[Mark, ...]:
    """What happened around and what was tried, where it lies within the chart."""
    series = view.alert.evidence.get("series") or ()
    if len(series) < 2:
        return ()
    days = [date.fromisoformat(str(part["from"])[:10]) for part in series[-26:]]
    step = (days[-1] - days[0]).days / (len(days) - 1) or 1.0
    told = [(c.from_at, c.text, False) for c in view.contexts]
    told += [(r.run.started_at, r.playbook.name, True) for r in view.tried]
    placed = ((((at.date() - days[0]).days + 0.5) / step, words, done) for at, words, done in told)
    return tuple(Mark(at, words, done) for at, words, done in placed if 0 <= at <= len(days))


def _days(first: date, last: date) -> str:
    begin, end = f"{first.month}月{first.day}日", f"{last.month}月{last.day}日"
    return begin if first == last else f"{begin}到{end}"


def _plain(value: Any) -> str:
    number = float(value)
    return str(round(number)) if number == round(number) else f"{number:.1f}"


def _counted(one: Alert) -> tuple[tuple[str, str], ...]:
    """怎么算的: what was counted with what, for whoever wants to recount it."""
    told = one.evidence
    interval = told.get("interval")
    lines = (
        ("方法", told.get("method")),
        ("时间窗", f"{told['window']}天" if told.get("window") else None),
        ("用到的记录", f"{told['n']}件" if told.get("n") is not None else None),
        ("平时会有的范围", f"{_plain(interval[0])}到{_plain(interval[1])}{_unit(one)}" if interval else None),
        ("单独看碰巧有这么多的可能（p）", f"{one.p:.2g}"),
        ("和同一周查的其他项一起看（q）", f"{one.q:.2g}"),
        ("q 要不超过多少才提醒", f"{float(told.get('q_limit', LEVEL)):.3g}"),
        ("随机种子", str(told["seed"]) if told.get("seed") is not None else None),
    )
    return tuple((name, str(value)) for name, value in lines if value not in (None, ""))


def _ref_url(view: AlertView) -> str:
    """Where what the decision made can be seen."""
    one = view.alert
    if one.decision is Decision.CASE and one.decided_ref:
        return f"/cases/{one.decided_ref}"
    if one.decision is Decision.WATCH:
        return "/context-events"
    if one.decision is Decision.PLAYBOOK:
        return f"/places/{view.line.place.code}#playbook" if view.line.place else f"/cases/{one.case_id or ''}"
    return ""
