"""What the page of a case offers to do: the acts of this reader, their names and choices."""

from dataclasses import dataclass

from mapsvc.domain.actors import Actor
from mapsvc.domain.case_moves import move_name, needs_reason
from mapsvc.domain.cases import SEVERITY_NAMES, Case, CaseState, Severity
from mapsvc.domain.clock import DAY_MIN, Limit, LimitCalendar
from mapsvc.domain.permissions import Action, may
from mapsvc.operations.cases import CaseDetail

SAID = {
    "moved": "已记下。",
    "noted": "处置记下了。",
    "asked": "延期申请交上去了，等书记定。",
    "granted": "定好了。",
    "limited": "时限改好了。",
    "graded": "轻重定好了。",
    "urged": "催办记下了。",
    "supervised": "已列入督办。",
    "lifted": "督办解除了。",
    "merged": "并好了，现在看到的是并进来的这一件。",
    "split": "拆出来了，这是新的一件。",
    "reopening_filed": "已报请重新办理，等书记定。",
    "reported": "报上了，这是它的案件。",
    "joined": "并到这一件了，照片和描述都带过来了。",
}
# As the page says what was to be done, when somebody else was faster.
ACT_NAMES = {"limit": "改时限", "severity": "定轻重", "merge": "合并", "note": "记录处置"}


@dataclass(frozen=True)
class Acts:
    """What this reader may do here besides moving the case on."""

    may_note: bool
    may_ask: bool
    may_decide: bool
    may_reopen: bool


@dataclass(frozen=True)
class Offers:
    """Ids of acts by where they stand: the one filled button ("" for none), beside it, behind 更多."""

    main: str
    beside: tuple[str, ...]
    more: tuple[str, ...]


def acts_of(who: Actor, case: CaseDetail) -> Acts:
    """The acts of a page; whether a unit's own people may is asked by the operation."""
    one = case.line.found.case
    units = (case.register.residents_committee, case.register.property_company) if case.register else ()
    works, decides = may(who, Action.WORK_CASE, units=units), may(who, Action.DECIDE)
    asks = one.is_open and one.due_at is not None and case.extension is None
    closed = one.state is CaseState.CLOSED and case.reopening is None
    return Acts(works and one.is_open, works and asks, decides, works and closed)


def act_name(open_form: str, case: Case) -> str:
    """What the act of a form is called."""
    to = open_form.removeprefix("move-")
    if to != open_form and to in {s.value for s in CaseState}:
        return move_name(case.state, CaseState(to))
    return ACT_NAMES.get(open_form, "")


def moves_of(case: CaseDetail) -> dict[str, tuple[CaseState, str, bool]]:
    """The moves that are this reader's, by the id of their act: where to, its name, whether it must be explained."""
    state = case.line.found.case.state
    return {f"move-{to.value}": (to, move_name(state, to), needs_reason(state, to)) for to in case.legal}


def limit_fields(limit: Limit) -> dict[str, str]:
    """What those two fields show of an allowed time."""
    unit = DAY_MIN if limit.calendar is LimitCalendar.WORKING_DAYS else 60
    return {"calendar": limit.calendar.value, "amount": str(-(-limit.minutes // unit)) if limit.minutes else ""}


def offers_of(who: Actor, case: CaseDetail) -> Offers:
    """Every act of this reader on this case: the one that comes next, two beside it, the others behind 更多."""
    acts, one = acts_of(who, case), case.line.found.case
    ids = [f"move-{to.value}" for to in case.legal]
    ids += ["note"] * acts.may_note + ["extension"] * acts.may_ask + ["reopening"] * acts.may_reopen
    main = _next_act(one.state, ids)
    left = [i for i in ids if i != main]
    order = _BESIDE_REPORTED if one.state is CaseState.REPORTED else _BESIDE
    beside = [i for i in order if i in left][:2]
    more = [i for i in left if i not in beside]
    if acts.may_decide and one.is_open:
        more += ["severity", "limit", "urge", "lift" if one.is_supervised else "supervise", "merge"]
        more += ["split"] if case.others else []
    return Offers(main, tuple(beside), tuple(more))


def _next_act(state: CaseState, ids: list[str]) -> str:
    """What brings the case on from where it is; "" where that is not this reader's."""
    onward = {
        CaseState.HANDLING: ("note",),
        CaseState.SELF_CORRECTING: ("move-verifying", "note"),
        CaseState.VERIFYING: ("move-closed", "note"),
        CaseState.REPORTED: ("move-dispatched", "note"),
    }.get(state, ("move-handling", "move-dispatched", "move-self_correcting", "move-verifying", "note"))
    return next((i for i in onward if i in ids), "")


# What is wanted most often stands beside the main act, as far as it is to be had.
_BESIDE = (
    "move-handling", "move-suspended", "extension", "move-verifying", "note", "move-dispatched", "move-rejected",
    "reopening",
)  # fmt: skip
_BESIDE_REPORTED = ("move-self_correcting", "move-rejected", "note", "extension")
SEVERITIES = tuple((s.value, SEVERITY_NAMES[s]) for s in Severity)
CALENDARS = (
    (LimitCalendar.WORKING_DAYS.value, "工作日"),
    (LimitCalendar.WORKING_HOURS.value, "小时（工作时）"),
    (LimitCalendar.CLOCK.value, "小时（自然时）"),
)
