"""Tasks 任务: what somebody is to do about a case or under a playbook, by when, and the proof that it was done."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from mapsvc.domain.times import OFFICE_ZONE, office_day
from mapsvc.errors import Conflict, FieldProblem, Refused

MOST_TEXT = 500
MOST_FEN = 10_000_000_000
"""A hundred million yuan: more is a slip of the finger."""


class TaskOrigin(StrEnum):
    """Where a task comes from."""

    MANUAL = "manual"
    RESPONSE = "response"
    AGREEMENT = "agreement"
    SAME_BUILDING = "same_building"
    PLAYBOOK = "playbook"


class TaskRole(StrEnum):
    """Who is to do it; the name says who that is."""

    WORKER = "worker"
    SECRETARY = "secretary"
    COMMITTEE = "committee"
    PROPERTY = "property"
    MERCHANT = "merchant"
    OWNER = "owner"
    VOLUNTEER = "volunteer"
    OFFICE = "office"
    OTHER = "other"


TASK_ROLE_NAMES: dict[TaskRole, str] = {
    TaskRole.WORKER: "走访人",
    TaskRole.SECRETARY: "街区书记",
    TaskRole.COMMITTEE: "居委会",
    TaskRole.PROPERTY: "物业",
    TaskRole.MERCHANT: "商户",
    TaskRole.OWNER: "业主",
    TaskRole.VOLUNTEER: "党员志愿者",
    TaskRole.OFFICE: "街道办公室",
    TaskRole.OTHER: "其他",
}


@dataclass(frozen=True)
class Task:
    """Something to do.

    Attributes
    ----------
    amount_fen : int or None
        Money of an agreement, in hundredths of a yuan.
    shop_id : str or None
        The door to look at.
    """

    id: str
    origin: TaskOrigin
    text: str
    role: TaskRole
    made_at: datetime
    case_id: str | None = None
    council_id: str | None = None
    party_id: str | None = None
    response_id: str | None = None
    run_id: str | None = None
    shop_id: str | None = None
    phase: str | None = None
    step_no: int | None = None
    repeats: str | None = None
    owner_id: str | None = None
    owner_name: str | None = None
    amount_fen: int | None = None
    due_at: datetime | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    proof: str | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    made_by: str | None = None

    @property
    def is_open(self) -> bool:
        """Neither done nor cancelled."""
        return self.done_at is None and self.cancelled_at is None

    def is_overdue(self, at: datetime) -> bool:
        """Open and past its time."""
        return self.is_open and self.due_at is not None and self.due_at < at

    @property
    def who(self) -> str:
        """The name, or what kind of party it is."""
        return self.owner_name or TASK_ROLE_NAMES[self.role]


def problems_of(text: str, due_at: datetime | None, amount_fen: int | None, since: datetime) -> list[FieldProblem]:
    """What is wrong with a new task of something that is there `since`; empty when nothing is."""
    found = []
    if not text.strip():
        found.append(FieldProblem("text", "no_text", "请写要做什么。"))
    elif len(text) > MOST_TEXT:
        found.append(FieldProblem("text", "too_long", f"要做什么最多写{MOST_TEXT}个字，现在有{len(text)}个。"))
    if due_at is not None and due_at < since:
        told = f"期限不能早于{moment_text(since)}（上报时间），请改期限。"
        found.append(FieldProblem("due_at", "before_report", told))
    if amount_fen is not None and amount_fen < 0:
        found.append(FieldProblem("amount", "negative", "金额不能小于0元，请改金额。"))
    elif amount_fen is not None and amount_fen > MOST_FEN:
        found.append(FieldProblem("amount", "too_much", "金额太大了，请核对是不是多打了几个0。"))
    return found


def require_sound(
    text: str, due_at: datetime | None, amount_fen: int | None, since: datetime, field: str = "{}"
) -> None:
    """Raise Refused beside the fields that are wrong; `field` is how the form calls them, e.g. ``task_{}``."""
    found = [replace(p, field=field.format(p.field)) for p in problems_of(text, due_at, amount_fen, since)]
    if found:
        raise Refused(found[0].message, code=found[0].code, problems=found)


def finish(task: Task, at: datetime, proof: str | None, by: str | None, now: datetime, since: datetime) -> Task:
    """The task, done at `at`.

    Parameters
    ----------
    now : datetime
        The moment it is recorded: nothing is done later than that.
    since : datetime
        When the case was reported (the run began): nothing is done before that.

    Raises
    ------
    Conflict
        If it is no longer open.
    Refused
        If the time cannot be.
    """
    _require_open(task)
    if at > now:
        raise Refused("办好的时间不能晚于现在，请改时间。", field="at", code="in_future")
    if at < since:
        told = f"办好的时间不能早于{moment_text(since)}（上报时间），请改时间。"
        raise Refused(told, field="at", code="before_report")
    shown = (proof or "").strip()
    if len(shown) > MOST_TEXT:
        raise Refused(f"办理情况最多写{MOST_TEXT}个字，现在有{len(shown)}个。", field="proof", code="too_long")
    return replace(task, done_at=at, done_by=by, proof=shown or None)


def cancel(task: Task, at: datetime, reason: str) -> Task:
    """The task, given up with a reason; raises Conflict if it is no longer open, Refused without a reason."""
    _require_open(task)
    if not reason.strip():
        raise Refused("取消任务要写明原因。", field="reason", code="reason_missing")
    return replace(task, cancelled_at=at, cancel_reason=reason.strip()[:MOST_TEXT])


def reopen(task: Task) -> Task:
    """The task, to be done again after all; raises Conflict if it is still open."""
    if task.is_open:
        raise Conflict("这项任务还没有办，不用撤销。", code="still_open")
    return replace(task, done_at=None, done_by=None, proof=None, cancelled_at=None, cancel_reason=None)


def left_text(task: Task, at: datetime) -> str:
    """剩4天, 今天, 超2天, 待排, 已办, 已取消: by days of the office."""
    if task.done_at:
        return "已办"
    if task.cancelled_at:
        return "已取消"
    if task.due_at is None:
        return "待排"
    days = (office_day(task.due_at) - office_day(at)).days
    if task.due_at < at:
        return f"超{-days}天" if days else "已超时"
    return f"剩{days}天" if days else "今天"


def yuan_text(amount_fen: int) -> str:
    """``1,860元``, ``99.50元``."""
    yuan, fen = divmod(amount_fen, 100)
    return f"{yuan:,}.{fen:02d}元" if fen else f"{yuan:,}元"


def _require_open(task: Task) -> None:
    if task.done_at is not None:
        raise Conflict(f"这项任务已在{moment_text(task.done_at)}办好，不用再记。", code="already_done")
    if task.cancelled_at is not None:
        raise Conflict(f"这项任务已在{moment_text(task.cancelled_at)}取消，要办请先恢复。", code="already_cancelled")


def moment_text(at: datetime) -> str:
    """``10月21日 14:00``, by the office's zone."""
    local = at.astimezone(OFFICE_ZONE)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
