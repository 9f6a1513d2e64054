"""Titles and details of the history, built from the noun tables in batches: one registry, type -> loader."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Connection

from mapsvc.domain.case_moves import step_name
from mapsvc.domain.history import Words
from mapsvc.domain.issues import ISSUE_SOURCE_NAMES, Issue
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.origins import CLOSED_FIELDS
from mapsvc.domain.promises import Promise
from mapsvc.domain.shops import SHOP_STATE_NAMES, Tenancy
from mapsvc.domain.times import OFFICE_ZONE, office_day
from mapsvc.domain.visits import OUTCOME_NAMES, VISIT_KIND_NAMES, Outcome, Visit
from mapsvc.operations.words import agreement as agreement_words
from mapsvc.operations.words import alert as alert_words
from mapsvc.operations.words import campaign as campaign_words
from mapsvc.operations.words import contact as contact_words
from mapsvc.operations.words import context as context_words
from mapsvc.operations.words import council as council_words
from mapsvc.operations.words import effect as effect_words
from mapsvc.operations.words import enquiry as enquiry_words
from mapsvc.operations.words import need as need_words
from mapsvc.operations.words import note as note_words
from mapsvc.operations.words import notice as notice_words
from mapsvc.operations.words import order as order_words
from mapsvc.operations.words import playbook as playbook_words
from mapsvc.operations.words import register as register_words
from mapsvc.operations.words import response as response_words
from mapsvc.operations.words import storm as storm_words
from mapsvc.operations.words import task as task_words
from mapsvc.operations.words import ticket as ticket_words
from mapsvc.store import cases, history, issues, promises, shops, visits
from mapsvc.store.events import Event

T = TypeVar("T")
Loaded = dict[int, Words]
"""Words by id of the event."""
Loader = Callable[[Connection, Sequence[Event]], Loaded]

_LATER: dict[str, str] = {
    "playbook": "治理样板",
}

# As the mark on the timeline says it.
_SAID = {"very": "satisfied", "satisfied": "satisfied", "fair": "neutral", "unsatisfied": "unsatisfied"}

FIELD_NAMES: dict[str, str] = {
    "sign_name": "店名",
    "trade": "业态",
    "state": "状态",
    "note": "备注",
    "area_m2": "面积",
    "position": "位置",
    "address": "地址",
    "name": "名称",
    "kind": "类型",
    "responsible_unit": "责任单位",
    "staff_count": "从业人数",
    "origin": "户籍",
    "has_preschooler": "子女情况",
    "merchant_name": "经营者",
    "merchant_phone": "联系电话",
    "worker": "包联人",
}


def words_of(conn: Connection, events: Sequence[Event]) -> Loaded:
    """Words for every event, with one look into each noun's table."""
    per_type: dict[str, list[Event]] = {}
    for event in events:
        per_type.setdefault(event.type, []).append(event)
    found: Loaded = {}
    for event_type, some in per_type.items():
        found |= LOADERS.get(event_type, _later)(conn, some)
    return found


def joined(*parts: str | None) -> str:
    """Parts that say something, with a middle dot between them."""
    return " · ".join(p for p in parts if p)


def day_text(at: datetime | date | None) -> str:
    """``11月18日``, by the office's zone."""
    if at is None:
        return ""
    day = at.astimezone(OFFICE_ZONE) if isinstance(at, datetime) else at
    return f"{day.month}月{day.day}日"


def visit_words(visit: Visit) -> Words:
    """走访 · 定期 · 见到店主; what the merchant thought of it is the state."""
    title = joined("走访", VISIT_KIND_NAMES[visit.kind], OUTCOME_NAMES[visit.outcome])
    state = _SAID.get(visit.satisfaction or "") if visit.outcome is Outcome.MET else None
    return Words(title, joined(visit.note, "要回访" if visit.wants_follow_up else None), state=state or visit.outcome)


def _visits(conn: Connection, events: Sequence[Event]) -> Loaded:
    found = visits.by_ids(conn, (e.ref for e in events))
    return _each(events, found, visit_words)


def promise_words(promise: Promise, at: datetime | None) -> Words:
    """答应的事, as given, kept or taken back at `at`."""
    due = f"{day_text(promise.due_at)}前" if promise.due_at else None
    if promise.kept_at is not None and at == promise.kept_at:
        return Words("答应的事 · 办好了", promise.text, state="kept")
    if promise.withdrawn_at is not None and at == promise.withdrawn_at:
        return Words("答应的事 · 撤回", promise.text, state="withdrawn")
    return Words("答应的事", joined(promise.text, due), state="open" if promise.is_open else "settled")


def _promises(conn: Connection, events: Sequence[Event]) -> Loaded:
    found = promises.by_ids(conn, (e.ref for e in events))
    return {e.id: promise_words(found[e.ref], e.at) for e in events if e.id and e.ref in found}


def issue_words(issue: Issue) -> Words:
    """问题 · 房屋渗漏."""
    title = joined("问题", kind_of(issue.kind).short_name)
    detail = joined(issue.description, f"来源 {ISSUE_SOURCE_NAMES[issue.source]}")
    return Words(title, detail, issue.kind, issue.number, "reported")


def _issues(conn: Connection, events: Sequence[Event]) -> Loaded:
    return _each(events, issues.by_ids(conn, (e.ref for e in events)), issue_words)


def _steps(conn: Connection, events: Sequence[Event]) -> Loaded:
    found = cases.steps_by_ids(conn, (e.ref for e in events))
    of_case = issues.of_cases(conn, (s.case_id for s in found.values()))
    words: Loaded = {}
    for event in events:
        step = found.get(event.ref)
        if step is None or event.id is None:
            continue
        issue = of_case.get(step.case_id)
        name = kind_of(issue.kind).short_name if issue else None
        words[event.id] = Words(
            joined(step_name(step), name),
            step.reason or "",
            issue.kind if issue else None,
            issue.number if issue else None,
            step.to_state.value,
        )
    return words


def _tenancies(conn: Connection, events: Sequence[Event]) -> Loaded:
    found = shops.tenancies_by_ids(conn, (e.ref for e in events))
    of_shop = shops.tenancies_of(conn, (t.shop_id for t in found.values()))
    words: Loaded = {}
    for event in events:
        tenancy = found.get(event.ref)
        if tenancy is not None and event.id is not None:
            words[event.id] = _tenancy_words(of_shop[tenancy.shop_id], tenancy, office_day(event.at))
    return words


def _tenancy_words(of_shop: Sequence[Tenancy], tenancy: Tenancy, on: date) -> Words:
    if tenancy.ended_on and tenancy.ended_on <= on:
        return Words("搬走", tenancy.sign_name, state="left")
    earlier = [t for t in of_shop if t.id != tenancy.id and t.ended_on]
    starts = tenancy.started_on or date.max
    before = next((t for t in earlier if (t.ended_on or date.min) <= starts), None)
    if before is None:
        return Words("建档", joined(tenancy.sign_name, tenancy.trade), state="first")
    return Words("换店", f"{before.sign_name} → {tenancy.sign_name}", state="changed")


def _corrections(conn: Connection, events: Sequence[Event]) -> Loaded:
    found = history.corrections(conn, (e.ref for e in events))
    words: Loaded = {}
    for event in events:
        changes = [c for c in found.get(event.ref, []) if c["field"] not in CLOSED_FIELDS]
        names = "、".join(FIELD_NAMES.get(str(c["field"]), str(c["field"])) for c in changes)
        if event.id is not None:
            words[event.id] = Words(joined("更正", names or "资料"), ";".join(filter(None, map(_change_text, changes))))
    return words | register_words.load(conn, events)


def _change_text(change: Mapping[str, object]) -> str:
    if change["field"] == "position":
        moved = change.get("moved_m")
        on_the_spot = f"按实地更正，移动了{moved}米" if moved is not None else "按实地标注"
        return on_the_spot if "moved_m" in change else ""
    if "after" not in change:
        return ""
    return f"{_plain(change.get('before'))} → {_plain(change.get('after'))}"


def _plain(value: object) -> str:
    if value in (None, ""):
        return "（空）"
    names = {s.value: name for s, name in SHOP_STATE_NAMES.items()}
    return names.get(str(value), str(value))


def _each(events: Sequence[Event], found: Mapping[str, T], words: Callable[[T], Words]) -> Loaded:
    return {e.id: words(found[e.ref]) for e in events if e.id is not None and e.ref in found}


def _later(conn: Connection, events: Sequence[Event]) -> Loaded:
    return {e.id: Words(_LATER.get(e.type, e.type)) for e in events if e.id is not None}


LOADERS: dict[str, Loader] = {
    "response": response_words.load,
    "contact": contact_words.load,
    "order": order_words.load,
    "visit": _visits,
    "need": need_words.load,
    "promise": _promises,
    "issue": _issues,
    "case_step": _steps,
    "council": council_words.load,
    "agreement": agreement_words.load,
    "alert": alert_words.load,
    "campaign": campaign_words.load,
    "enquiry": enquiry_words.load,
    "tenancy": _tenancies,
    "correction": _corrections,
    "context": context_words.load,
    "storm": storm_words.load,
    "effect": effect_words.load,
    "note": note_words.load,
    "notice": notice_words.load,
    "playbook": playbook_words.load,
    "task": task_words.load,
    "ticket": ticket_words.load,
}
