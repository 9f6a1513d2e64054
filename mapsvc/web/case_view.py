"""What the page of a case shows of its head, clock, line and timeline: words and marks for the template."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from mapsvc.domain.case_path import RETURNED, Path, path_of
from mapsvc.domain.cases import Case, CaseState
from mapsvc.domain.clock import DAY_MIN, LimitCalendar
from mapsvc.domain.clock_cells import Cells, cells_of
from mapsvc.domain.history import Entry, EventType
from mapsvc.domain.issues import ISSUE_SOURCE_NAMES
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.times import office_day
from mapsvc.operations.cases import CaseDetail
from mapsvc.operations.clock import working_days
from mapsvc.operations.workspace import Workspace
from mapsvc.web.filters import moment_words

CALENDAR_NAMES = {
    LimitCalendar.CLOCK: "自然时",
    LimitCalendar.WORKING_HOURS: "工作时",
    LimitCalendar.WORKING_DAYS: "工作日",
}
# What is marked on the line, and with which sign.
_MARKS = (("红色响应", "红色响应", "bell"), ("三方议事会", "议事会", "people"))
_TO_COME = {
    "dispatched": "书记或街道办定",
    "handling": "处置单位去办",
    "verifying": "到场看，拍前后",
    "closed": "书记定",
}
_NODES = {
    EventType.VISIT: "tick",
    EventType.RESPONSE: "bell",
    EventType.COUNCIL: "people",
    EventType.AGREEMENT: "sheet",
    EventType.TASK: "pen",
    EventType.NOTE: "pen",
    EventType.EFFECT: "tick is-ok",
    EventType.PROMISE: "pen",
    EventType.ISSUE: "sign",
}


@dataclass
class Log:
    """One line of the timeline; attempts to reach one party stand together as the rows of one line."""

    entry: Entry
    title: str
    node: str
    is_new_day: bool = True
    rows: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Head:
    """Title and second line."""

    title: str
    second: str
    kind: str
    kind_name: str
    number: str


@dataclass(frozen=True)
class Clock:
    """The clock in words and cells."""

    words: str
    due: str
    cells: Cells | None
    note: str
    is_late: bool


def head_of(case: CaseDetail) -> Head:
    """``岚皋西路27号 房屋渗漏``; 案卷, code of the kind, shop or place."""
    found = case.line.found
    kind = kind_of(found.issue.kind)
    where = found.location.address or found.place_name or found.shop_name or ""
    name = found.shop_name or found.place_name
    second = [f"案卷 {found.issue.number}", f"{kind.code}{' 本地扩展' if kind.is_local else ''}", name]
    title = f"{where} {kind.short_name}".strip()
    return Head(
        title, " · ".join(s for s in second if s and s != where), kind.code, kind.short_name, found.issue.number
    )


def clock_of(ws: Workspace, case: CaseDetail) -> Clock | None:
    """The clock; None without a limit."""
    one, told = case.line.found.case, case.line.clock
    if one.due_at is None:
        return None
    with ws.read() as conn:
        cells = cells_of(one, [s.step for s in case.steps], ws.clock(), working_days(conn))
    words = told.text or _over(one, told.overdue)
    # The day moves on by what the pause takes: it is not known before the clock runs again.
    due = "恢复后再算到期日" if one.state is CaseState.SUSPENDED else f"{moment_words(one.due_at)} 到期"
    return Clock(words, due, cells, _clock_note(one, cells), told.overdue)


def _over(case: Case, overdue: bool) -> str:
    if case.state is CaseState.REJECTED:
        return "作废"
    return "超时办结" if overdue else "按时办结"


def _clock_note(case: Case, cells: Cells | None) -> str:
    limit = case.limit
    parts = [f"时限 {limit_words(limit.calendar, limit.minutes)}"]
    if cells:
        parts.append(f"{'用了' if case.closed_at else '已用'}{cells.used}{cells.unit}")
        if cells.paused:
            parts.append(f"挂账{cells.paused}不计")
    if case.is_imported:
        parts.append("导入的旧案，不计入按时率")
    return " · ".join(parts)


def limit_words(calendar: LimitCalendar, minutes: int | None) -> str:
    """``15个工作日``, ``4小时（工作时）``, ``2小时（自然时）``, ``没有时限``."""
    if minutes is None:
        return "没有时限"
    if calendar is LimitCalendar.WORKING_DAYS:
        return f"{-(-minutes // DAY_MIN)}个工作日"
    hours = (
        f"{minutes // 60}小时"
        if minutes % 60 == 0
        else f"{minutes / 60:.1f}小时"
        if minutes >= 60
        else f"{minutes}分钟"
    )
    return f"{hours}（{CALENDAR_NAMES[calendar]}）"


def line_of(case: CaseDetail, log: Sequence[Entry]) -> Path:
    """The line with its flags."""
    marks = [(sign, name, e.at) for e in log for title, name, sign in _MARKS if e.title.startswith(title)]
    return path_of(case.line.found.case, [s.step for s in case.steps], marks)


def under_stations(ws: Workspace, case: CaseDetail) -> dict[str, str]:
    """The second line under each station."""
    found = case.line.found
    told = dict(_TO_COME) | {RETURNED: f"结案后{ws.settings.return_visit_days}天，换一人去"}
    told["reported"] = f"{ISSUE_SOURCE_NAMES[found.issue.source]}记下"
    if found.case.handler:
        told["handling"] = found.case.handler
    return told


def log_of(entries: Sequence[Entry]) -> list[Log]:
    """The timeline, newest first; attempts in a row to reach the same one are one line with rows."""
    lines: list[Log] = []
    for entry in entries:
        last = lines[-1] if lines else None
        if last and entry.type is EventType.CONTACT is last.entry.type and _whom(entry) == _whom(last.entry):
            last.rows.append(entry)
            last.title = f"{_whom(entry)} {len(last.rows)}次"
            continue
        new_day = last is None or office_day(last.entry.at) != office_day(entry.at)
        rows = [entry] if entry.type is EventType.CONTACT else []
        title = _whom(entry) if rows else entry.title
        lines.append(Log(entry, title, _node(entry), new_day, rows))
    return lines


def _node(entry: Entry) -> str:
    """Its sign on the line; the bell is for the call itself, not for who came or its end."""
    if entry.type is EventType.RESPONSE and entry.state in ("arrived", "stood_down"):
        return "dot"
    if entry.type is EventType.ISSUE and not entry.kind:
        return "dot"
    return _NODES.get(entry.type, "dot")


def _whom(entry: Entry) -> str:
    return entry.title.split(" · ")[0]
