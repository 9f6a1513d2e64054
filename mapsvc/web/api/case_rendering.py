"""A case as JSON with what is asked and decided about it."""

from mapsvc.domain.cases import SEVERITY_NAMES, Escalation
from mapsvc.domain.clock import Limit
from mapsvc.domain.kind_words import Suggestion
from mapsvc.domain.limits import Extension, LimitChange, Reopening
from mapsvc.operations.case_detail import CaseDetail
from mapsvc.operations.nearby import Near
from mapsvc.web.api.rendering import Json, case, case_line, when


def full(detail: CaseDetail) -> Json:
    """A case with all that belongs to it; of people no id."""
    one = detail.line.found.case
    return case(detail) | {
        "severity": one.severity.value if one.severity else None,
        "severity_name": SEVERITY_NAMES[one.severity] if one.severity else None,
        "self_correct_by": when(one.self_correct_by),
        "reopen_count": one.reopen_count,
        "reopened_at": when(one.reopened_at),
        "paused_at": when(one.paused_at),
        "extension": extension(detail.extension) if detail.extension else None,
        "reopening": reopening(detail.reopening) if detail.reopening else None,
        "escalations": [escalation(e) for e in detail.escalations],
        "limit_changes": [limit_change(c) for c in detail.limit_changes],
    }


def extension(one: Extension) -> Json:
    """More time, asked for and perhaps decided."""
    return {
        "id": one.id,
        "until": when(one.until_at),
        "reason": one.reason,
        "asked_at": when(one.asked_at),
        "decided_at": when(one.decided_at),
        "granted": one.is_granted,
        "decision": one.decision,
    }


def reopening(one: Reopening) -> Json:
    """Filed to be taken up again."""
    return {"id": one.id, "reason": one.reason, "filed_at": when(one.filed_at), "check": one.check_id}


def escalation(one: Escalation) -> Json:
    """催办 or 督办."""
    return {"kind": one.kind.value, "text": one.reason, "at": when(one.at), "lifted_at": when(one.lifted_at)}


def limit_change(one: LimitChange) -> Json:
    """An allowed time set for this case."""
    return {"before": limit(one.before), "after": limit(one.after), "reason": one.reason, "at": when(one.at)}


def limit(one: Limit) -> Json:
    """An allowed time."""
    return {"calendar": one.calendar.value, "minutes": one.minutes}


def near(one: Near) -> Json:
    """An open case and how far it is."""
    apart_m = None if one.distance_m is None else round(one.distance_m)
    return case_line(one.line) | {"distance_m": apart_m, "description": one.line.description}


def suggestion(one: Suggestion) -> Json:
    """A kind that may be meant."""
    return {"kind": one.kind.code, "name": one.kind.name, "short_name": one.kind.short_name, "word": one.word}
