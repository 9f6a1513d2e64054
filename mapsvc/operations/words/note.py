"""What was noted on a case, on the timeline: notes, 催办, 督办, extensions, allowed times, refused reopenings."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain.cases import CaseNote, Escalation, EscalationKind
from mapsvc.domain.clock import DAY_MIN, Limit, LimitCalendar
from mapsvc.domain.history import Words
from mapsvc.domain.limits import Extension, LimitChange, Reopening
from mapsvc.domain.times import OFFICE_ZONE
from mapsvc.store import case_notes, escalations, extensions, issues, limits, reopenings
from mapsvc.store.events import Event


def load(conn: Connection, events: Sequence[Event]) -> dict[int, Words]:
    """Words by id of the event, with kind and number of the case."""
    refs = [e.ref for e in events]
    tables: tuple[tuple[Mapping[str, object], Callable[..., Words]], ...] = (
        (case_notes.by_ids(conn, refs), _note),
        (escalations.by_ids(conn, refs), _escalation),
        (extensions.by_ids(conn, refs), _extension),
        (limits.changes_by_ids(conn, refs), _limit_change),
        (reopenings.by_ids(conn, refs), _reopening),
    )
    of_case = issues.of_cases(conn, (e.case_id for e in events))
    words: dict[int, Words] = {}
    for event in events:
        for found, say in tables:
            if event.ref in found:
                said, issue = say(found[event.ref], event.at), of_case.get(event.case_id or "")
                kind, number = (issue.kind, issue.number) if issue else (None, None)
                words[event.id] = Words(said.title, said.detail, kind, number, said.state)
    return words


def limit_words(limit: Limit) -> str:
    """``4小时（工作时）``, ``5个工作日``, ``不设时限``."""
    if limit.minutes is None:
        return "不设时限"
    if limit.calendar is LimitCalendar.WORKING_DAYS:
        return f"{-(-limit.minutes // DAY_MIN)}个工作日"
    name = "工作时" if limit.calendar is LimitCalendar.WORKING_HOURS else "自然时"
    hours, minutes = divmod(limit.minutes, 60)
    return f"{hours}小时{f'{minutes}分' if minutes else ''}（{name}）"


def _note(note: CaseNote, at: datetime) -> Words:
    return Words("记事", note.text)


def _escalation(one: Escalation, at: datetime) -> Words:
    if one.kind is EscalationKind.URGING:
        return Words("催办", one.reason or "", state="urged")
    if one.lifted_at is not None and at == one.lifted_at != one.at:
        return Words("解除督办", "", state="lifted")
    return Words("督办", one.reason or "", state="supervised")


def _extension(one: Extension, at: datetime) -> Words:
    until = f"延到{one.until_at.astimezone(OFFICE_ZONE):%m月%d日 %H:%M}"
    if one.decided_at is not None and at == one.decided_at != one.asked_at:
        word = "同意延期" if one.is_granted else "不同意延期"
        return Words(word, " · ".join(p for p in (until, one.decision) if p), state="decided")
    return Words("申请延期", f"{until} · {one.reason}", state="asked")


def _limit_change(one: LimitChange, at: datetime) -> Words:
    return Words("改时限", f"{limit_words(one.before)} → {limit_words(one.after)} · {one.reason}")


def _reopening(one: Reopening, at: datetime) -> Words:
    if one.decided_at is not None and at == one.decided_at != one.filed_at:
        return Words("不重新办理", one.decision or "", state="refused")
    return Words("申请重新办理", one.reason, state="filed")
