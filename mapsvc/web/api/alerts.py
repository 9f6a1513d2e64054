"""/api/v1/alerts: early warnings with their evidence, and what is decided on them."""

from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.alerts import (
    DECISION_NAMES,
    DISMISSAL_NAMES,
    RULE_NAMES,
    STATE_NAMES,
    AlertState,
    Decision,
    Dismissal,
    Rule,
)
from mapsvc.domain.kinds import kind_of
from mapsvc.operations import alerts
from mapsvc.operations.alert_decisions import MOST_WORDS, Acceptance
from mapsvc.operations.alerts import AlertLine
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import MAYBE_MOMENT, MAYBE_TEXT, MOMENT, NUMBER, TEXT, WHOLE, describe, listing, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_alerts", __name__, url_prefix="/api/v1/alerts")

_ACCEPT = {
    "version": p.whole(0, 10**9),
    "decision": p.choice(Decision),
    "case": p.optional(p.identifier()),
    "kind": p.optional(p.text(20)),
    "playbook": p.optional(p.text(40)),
    "order_to": p.optional(p.text(60), ""),
    "words": p.optional(p.text(MOST_WORDS), ""),
}
_DISMISS = {
    "version": p.whole(0, 10**9),
    "reason": p.choice(Dismissal),
    "words": p.optional(p.text(MOST_WORDS), ""),
    "because": p.optional(p.identifier()),
}
_BACK = {"version": p.whole(0, 10**9)}
_LIST = {"state": p.choices(AlertState), "rule": p.optional(p.choice(Rule))}
_ALERT = thing(
    id=TEXT, rule=TEXT, rule_name=TEXT, subject=TEXT, state=TEXT, state_name=TEXT, title=TEXT, text=TEXT, p=NUMBER,
    q=NUMBER, until=TEXT, kind=MAYBE_TEXT, kind_name=MAYBE_TEXT, topic=MAYBE_TEXT, place=MAYBE_TEXT, shop=MAYBE_TEXT,
    case=MAYBE_TEXT, evidence={"type": "object"}, raised_at=MOMENT, seen_again_at=MAYBE_MOMENT, decision=MAYBE_TEXT,
    decision_name=MAYBE_TEXT, decided_ref=MAYBE_TEXT, reason=MAYBE_TEXT, reason_name=MAYBE_TEXT,
    decided_at=MAYBE_MOMENT, version=WHOLE, **{"from": TEXT},
)  # fmt: skip


@blueprint.get("")
@describe("早发现的提醒：等着定的在前，从最明显的排起", tag="alerts", query=_LIST, responses={200: listing(_ALERT)})
def index() -> Response:
    """Warnings, those that wait first."""
    asked = p.query(_LIST)
    found = alerts.list_alerts(workspace(), actor(), asked["state"], asked["rule"])
    return r.answer({"items": [alert(one) for one in found], "next": None})


@blueprint.get("/<alert_id>")
@describe("一条提醒", tag="alerts", responses={200: _ALERT}, problems=(404,))
def show(alert_id: str) -> Response:
    """One."""
    return _told(p.path_code(alert_id))


@blueprint.post("/<alert_id>/accept")
@describe(
    "接下：case 作为案件办（case 是已在办的案件，不写就新开），playbook 用样板，watch 关注90天，noted 知道了",
    tag="alerts",
    request=_ACCEPT,
    responses={200: _ALERT},
    problems=(404, 409, 413, 415, 422),
)
def accept(alert_id: str) -> Response:
    """Accept it."""
    sent = p.body(_ACCEPT)
    wanted = Acceptance(sent["decision"], sent["case"], sent["kind"], sent["playbook"], sent["order_to"], sent["words"])
    alerts.accept(workspace(), actor(), p.path_code(alert_id), sent["version"], wanted)
    return _told(p.path_code(alert_id))


@blueprint.post("/<alert_id>/dismiss")
@describe(
    "放下，写明为什么：下一次照着学；because 是诱因（explained）或案件（known）的 id",
    tag="alerts",
    request=_DISMISS,
    responses={200: _ALERT},
    problems=(404, 409, 413, 415, 422),
)
def dismiss(alert_id: str) -> Response:
    """Put it aside."""
    sent = p.body(_DISMISS)
    reason = Dismissal(sent["reason"])
    alerts.dismiss(workspace(), actor(), p.path_code(alert_id), sent["version"], reason, sent["words"], sent["because"])
    return _told(p.path_code(alert_id))


@blueprint.post("/<alert_id>/take-back")
@describe("撤回刚才的决定", tag="alerts", request=_BACK, responses={200: _ALERT}, problems=(404, 409, 413, 415, 422))
def take_back(alert_id: str) -> Response:
    """Undo the decision."""
    alerts.take_back(workspace(), actor(), p.path_code(alert_id), p.body(_BACK)["version"])
    return _told(p.path_code(alert_id))


def _told(alert_id: str) -> Response:
    return r.answer(alert(alerts.get_alert(workspace(), actor(), alert_id).line))


def alert(line: AlertLine) -> dict[str, Any]:
    """A warning as JSON."""
    one = line.alert
    return {
        "id": one.id,
        "rule": one.rule.value,
        "rule_name": RULE_NAMES[one.rule],
        "subject": one.subject,
        "state": one.state.value,
        "state_name": STATE_NAMES[one.state],
        "title": line.title,
        "text": line.text,
        "from": r.on(one.from_day),
        "until": r.on(one.until_day),
        "p": one.p,
        "q": one.q,
        "kind": one.kind,
        "kind_name": kind_of(one.kind).short_name if one.kind else None,
        "topic": one.topic,
        "place": line.place.code if line.place else None,
        "shop": line.shop.code if line.shop else None,
        "case": one.case_id,
        "evidence": dict(one.evidence),
        "raised_at": r.when(one.raised_at),
        "seen_again_at": r.when(one.seen_again_at),
        "decision": one.decision.value if one.decision else None,
        "decision_name": DECISION_NAMES[one.decision] if one.decision else None,
        "decided_ref": one.decided_ref,
        "reason": one.reason.value if one.reason else None,
        "reason_name": DISMISSAL_NAMES[one.reason] if one.reason else None,
        "decided_at": r.when(one.decided_at),
        "version": one.version,
    }
