"""`/alerts`: the inbox of early warnings, one with what shows it, accepted, dismissed, taken back."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.alert_lessons import LEVEL, taught
from mapsvc.domain.alerts import (
    CERTAIN,
    DECISION_NAMES,
    DISMISSAL_NAMES,
    RULE_NAMES,
    STATE_NAMES,
    Alert,
    Decision,
    Dismissal,
)
from mapsvc.domain.context_events import CONTEXT_KIND_NAMES
from mapsvc.domain.kinds import KINDS, kind_of
from mapsvc.domain.permissions import Action
from mapsvc.domain.privacy import visible_text
from mapsvc.maps.charts import STYLE
from mapsvc.operations import alerts
from mapsvc.operations.alert_decisions import MOST_WORDS, Acceptance
from mapsvc.operations.alerts import AlertView
from mapsvc.web import forms
from mapsvc.web.alert_view import counted, shown, shown_whole, ways_on
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
    "campaign": "接下了，政策进商铺的草稿排好了。",
    "noted": "记下了。",
    "dismissed": "放下了。",
    "back": "撤回了，还在等你定。",
}
_LISTED = (Decision.WATCH, Decision.NOTED)
"""What needs nothing more to be said, and has a button in the list."""
_FIRST = 8
"""Reports in sight; the others unfold."""


@blueprint.get("/alerts")
def index() -> str:
    """What waits; folded: what is over the week's budget, what was decided."""
    who = require_page(Action.SEE_ALERTS)
    box = alerts.inbox(workspace(), who)
    return render_template(
        "alerts/inbox.html",
        tab="today",
        box=box,
        shown=tuple(shown(line) for line in box.open),
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
    if after.decision is Decision.CAMPAIGN and after.decided_ref:
        return f"/campaigns/{quote(after.decided_ref)}?done=made"
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
        shown=shown_whole(view),
        open_form=open_form,
        form=form,
        faults=faults,
        said=SAID.get(done, ""),
        taught=taught(one) if done == "dismissed" else "",
        counted=counted(one),
        ways=ways_on(one),
        is_certain=one.rule in CERTAIN,
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


def _ref_url(view: AlertView) -> str:
    """Where what the decision made can be seen."""
    one = view.alert
    if one.decision is Decision.CASE and one.decided_ref:
        return f"/cases/{one.decided_ref}"
    if one.decision is Decision.CAMPAIGN and one.decided_ref:
        return f"/campaigns/{one.decided_ref}"
    if one.decision is Decision.WATCH:
        return "/context-events"
    if one.decision is Decision.PLAYBOOK:
        return f"/places/{view.line.place.code}#playbook" if view.line.place else f"/cases/{one.case_id or ''}"
    return ""
