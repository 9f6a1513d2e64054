"""治理样板: phases with steps; what a step makes, how often it comes again; runs, and the next of a repeated task."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from mapsvc.domain.clock import Limit, LimitCalendar, WorkingDays, due_at
from mapsvc.domain.kinds import BY_CODE
from mapsvc.domain.tasks import Task, TaskRole
from mapsvc.domain.times import day_start, office_day
from mapsvc.errors import FieldProblem, Refused

MOST_STEPS, MOST_NAME, MOST_NOTE, MOST_TEXT, MOST_WORDS = 40, 40, 400, 200, 600
MOST_LIMIT_MIN = 366 * 24 * 60
NO_LIMIT = Limit()


class Phase(StrEnum):
    """In which part of the sequence a step stands."""

    IMMEDIATE = "immediate"
    UPKEEP = "upkeep"
    PARTICIPATION = "participation"


PHASE_NAMES: dict[Phase, str] = {
    Phase.IMMEDIATE: "即时处置",
    Phase.UPKEEP: "长效维护",
    Phase.PARTICIPATION: "群众参与",
}


class Repeat(StrEnum):
    """How often a step comes again."""

    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    EACH_RAIN = "each_rain"


REPEAT_NAMES: dict[Repeat, str] = {
    Repeat.ONCE: "一次",
    Repeat.DAILY: "每天",
    Repeat.WEEKLY: "每周",
    Repeat.EACH_RAIN: "每次下雨",
}


class Makes(StrEnum):
    """What a step makes when the run begins."""

    TASK = "task"
    ORDER = "order"
    NOTICE = "notice"
    ROSTER = "roster"


MAKES_NAMES: dict[Makes, str] = {
    Makes.TASK: "任务",
    Makes.ORDER: "派单",
    Makes.NOTICE: "温馨提示",
    Makes.ROSTER: "护卫队排班",
}
CALENDAR_NAMES: dict[LimitCalendar, str] = {
    LimitCalendar.CLOCK: "自然时",
    LimitCalendar.WORKING_HOURS: "工作时",
    LimitCalendar.WORKING_DAYS: "工作日",
}


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes
    ----------
    limit : Limit
        Allowed time from the beginning of the run; without minutes there is none.
    words : str
        What the order says or the notice prints; empty: the step's own text.
    """

    phase: Phase
    text: str
    role: TaskRole
    limit: Limit = NO_LIMIT
    repeats: Repeat = Repeat.ONCE
    makes: Makes = Makes.TASK
    words: str = ""

    @property
    def limit_text(self) -> str:
        """``2小时内``, ``4个工作时内``, ``3个工作日内``; empty without a limit."""
        minutes = self.limit.minutes
        if minutes is None:
            return ""
        if self.limit.calendar is LimitCalendar.WORKING_DAYS:
            return f"{-(-minutes // 480)}个工作日内"
        unit = "个工作时" if self.limit.calendar is LimitCalendar.WORKING_HOURS else "小时"
        if self.limit.calendar is LimitCalendar.CLOCK and minutes % 1440 == 0:
            return f"{minutes // 1440}天内"
        return f"{minutes / 60:g}{unit}内" if minutes % 30 == 0 else f"{minutes}分钟内"


@dataclass(frozen=True)
class RunResult:
    """What a run elsewhere came to: days and counts, nobody's name and no place."""

    began: date
    ended: date | None
    steps: int
    steps_done: int
    effect: str | None = None


@dataclass(frozen=True)
class Content:
    """What a playbook says: what is edited, exported and imported.

    Attributes
    ----------
    code : str
        Its id, in files the word `id`.
    kinds : tuple of str
        Codes of the kinds of issues it is for.
    results : tuple of RunResult
        Brought along by the file it was imported from.
    """

    code: str
    name: str
    steps: tuple[Step, ...]
    note: str = ""
    kinds: tuple[str, ...] = ()
    results: tuple[RunResult, ...] = ()

    def says_the_same(self, other: "Content") -> bool:
        """Whether both would run alike: results do not count."""
        return replace(self, results=()) == replace(other, results=())


@dataclass(frozen=True)
class Playbook:
    """One version; `id` is None while it stands only in its file, `from_file` says that nobody here changed it."""

    content: Content
    version: int
    id: str | None = None
    made_by: str | None = None
    made_at: datetime | None = None
    retired_at: datetime | None = None
    from_file: bool = False

    @property
    def code(self) -> str:
        """Its id for people and files."""
        return self.content.code

    @property
    def name(self) -> str:
        """As people call it."""
        return self.content.name

    def fits(self, kind: str) -> bool:
        """Whether it is meant for issues of `kind`."""
        return kind in self.content.kinds


@dataclass(frozen=True)
class Run:
    """A playbook at work on a case or a place; `left_out` are the numbers of steps not used, counted from 1."""

    id: str
    playbook_id: str
    started_at: datetime
    case_id: str | None = None
    place_id: str | None = None
    shop_id: str | None = None
    location_id: str | None = None
    started_by: str | None = None
    ended_at: datetime | None = None
    outcome: str | None = None
    left_out: tuple[int, ...] = ()

    @property
    def is_on(self) -> bool:
        """Whether it still goes on."""
        return self.ended_at is None


def first_due(step: Step, start: datetime, is_working: WorkingDays) -> datetime | None:
    """Until when a step is to be done for the first time; what comes again without a limit is due by the end of its
    day or week."""
    if step.limit.minutes is not None:
        return due_at(start, step.limit, 0, is_working)
    return _end_of_turn(step.repeats, start, 0)


def next_repeat(done: Task, task_id: str, at: datetime) -> Task | None:
    """The task that follows one that was done `at`; None for what is done once."""
    if done.repeats is None or done.repeats == Repeat.ONCE:
        return None
    due = _end_of_turn(Repeat(done.repeats), at, 1)
    return replace(
        done, id=task_id, made_at=at, due_at=due, done_at=None, done_by=None, proof=None, cancelled_at=None,
        cancel_reason=None,
    )  # fmt: skip


def require_sound(content: Content) -> None:
    """Raise Refused naming every step and field that cannot be; fields are called ``steps.3.text``."""
    found = [*_head_problems(content)]
    for n, step in enumerate(content.steps, start=1):
        found += step_problems(n, step)
    if found:
        raise Refused(found[0].message, code=found[0].code, problems=found)


def step_problems(n: int, step: Step) -> list[FieldProblem]:
    """What is wrong with step `n`."""
    found = []
    if not step.text.strip():
        found.append(FieldProblem(f"steps.{n}.text", "missing", f"第{n}步没有写做什么，请补上。"))
    elif len(step.text) > MOST_TEXT:
        told = f"第{n}步“做什么”最多{MOST_TEXT}个字，现在{len(step.text)}个字。"
        found.append(FieldProblem(f"steps.{n}.text", "too_long", told))
    if len(step.words) > MOST_WORDS:
        told = f"第{n}步“要印的话”最多{MOST_WORDS}个字，现在{len(step.words)}个字。"
        found.append(FieldProblem(f"steps.{n}.words", "too_long", told))
    minutes = step.limit.minutes
    if minutes is not None and not 1 <= minutes <= MOST_LIMIT_MIN:
        found.append(FieldProblem(f"steps.{n}.limit_min", "out_of_range", f"第{n}步的时限要在1分钟到一年之间。"))
    if step.makes is Makes.ORDER and step.repeats is not Repeat.ONCE:
        told = f"第{n}步是派单，只能做一次；要重复的请改成任务。"
        found.append(FieldProblem(f"steps.{n}.repeats", "order_repeats", told))
    return found


def _head_problems(content: Content) -> list[FieldProblem]:
    found = []
    if not content.name.strip():
        found.append(FieldProblem("name", "missing", "样板要有名称。"))
    elif len(content.name) > MOST_NAME:
        found.append(FieldProblem("name", "too_long", f"名称最多{MOST_NAME}个字，现在{len(content.name)}个字。"))
    if len(content.note) > MOST_NOTE:
        found.append(FieldProblem("note", "too_long", f"说明最多{MOST_NOTE}个字，现在{len(content.note)}个字。"))
    if not content.steps:
        found.append(FieldProblem("steps", "missing", "样板至少要有一步。"))
    elif len(content.steps) > MOST_STEPS:
        told = f"样板最多{MOST_STEPS}步，现在{len(content.steps)}步；请分成两个样板。"
        found.append(FieldProblem("steps", "too_many", told))
    unknown = [k for k in content.kinds if k not in BY_CODE]
    if unknown:
        found.append(FieldProblem("kinds", "unknown_kind", f"没有“{unknown[0][:20]}”这类问题，请改适用的类别。"))
    return found


def _end_of_turn(repeats: Repeat, at: datetime, turns: int) -> datetime | None:
    days = {Repeat.DAILY: turns, Repeat.WEEKLY: 7}.get(repeats)
    if days is None:
        return None
    last = office_day(at) + timedelta(days=days)
    return day_start(last + timedelta(days=1)) - timedelta(seconds=1)
