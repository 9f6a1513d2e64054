"""我的事: what a merchant reads of an own question, report or promise, in three plain lines."""

from datetime import datetime, timedelta

from mapsvc.domain.cases import Case, CaseState
from mapsvc.domain.enquiries import Enquiry
from mapsvc.domain.issues import Issue
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.promises import Promise
from mapsvc.domain.surface import SAID_NAMES, Matter, MatterKind, SaidKind
from mapsvc.domain.times import OFFICE_ZONE

SETTLED_FOR = timedelta(days=60)
"""How long what is settled stays on the merchant's page."""
LONGEST_TITLE = 60

_S = CaseState
_CASE_STATES: dict[CaseState, str] = {
    _S.REPORTED: "已收到，等办公室受理",
    _S.SELF_CORRECTING: "处理中",
    _S.DISPATCHED: "已派人处理",
    _S.HANDLING: "处理中",
    _S.VERIFYING: "办好了，还要到现场看过",
    _S.CLOSED: "已办结",
    _S.REJECTED: "没有立案",
    _S.SUSPENDED: "暂时停着",
}
_CASE_DETAILS: dict[CaseState, str] = {
    _S.SUSPENDED: "有个条件还没到，到了接着办。",
    _S.REJECTED: "要问为什么，请打座机。",
    _S.VERIFYING: "看过没有再犯，就算办结。",
}


def of_enquiry(
    one: Enquiry,
    title: str,
    answer: str,
    source: str | None,
    at: datetime,
    *,
    is_referred: bool,
    became: str = "",
    is_running: bool = False,
) -> Matter:
    """A question asked on the card.

    Parameters
    ----------
    title, answer : str
        As they may be shown: numbers and names taken out.
    source : str or None
        Where the answer comes from.
    is_referred : bool
        Somebody else was asked and has not replied.
    became : str
        How the work stands that was made of it; `is_running` while that is not done.
    """
    is_answered = one.answered_at is not None or bool(one.answer)
    if became:
        state = became
    elif is_answered:
        state = f"已答复 · {_day(one.answered_at)}" if one.answered_at else "已答复"
    elif one.closed_at is not None:
        state = f"已结束 · {_day(one.closed_at)}"
    elif is_referred:
        state = f"正在问管这件事的单位{_until(one.due_at, '前回话', at)}"
    else:
        state = f"办公室已收到{_until(one.due_at, '前答复', at)}"
    detail = answer if is_answered else "有了答复，写在这里。" if one.is_open else "不用再等了，还有要问的请再问一声。"
    return Matter(
        one.id,
        MatterKind.ASK,
        short(title),
        state,
        detail,
        one.asked_at,
        one.id,
        is_over=not one.is_open and not is_running,
        can_rate=one.answered_at is not None and one.rating is None,
        rating=one.rating,
        source=source if is_answered else None,
    )


def of_report(issue: Issue, case: Case, title: str, at: datetime) -> Matter:
    """Something wrong that was reported with the card."""
    state = _CASE_STATES[case.state]
    if case.is_open and case.state is not _S.SUSPENDED:
        state += _until(case.due_at, "前办好", at)
    elif case.closed_at is not None:
        state += f" · {_day(case.closed_at)}"
    name = kind_of(issue.kind).short_name
    return Matter(
        issue.id,
        MatterKind.REPORT,
        short(f"{name}：{title}" if title else name),
        state,
        _CASE_DETAILS.get(case.state, f"编号 {issue.number}，打座机时报这个号。"),
        issue.happened_at,
        issue.id,
        issue.kind,
        is_over=not case.is_open,
    )


def of_promise(one: Promise, title: str, at: datetime) -> Matter:
    """Something that was promised."""
    if one.kept_at is not None:
        state, detail = f"办好了 · {_day(one.kept_at)}", "要是没办好，请问一声。"
    else:
        state, detail = f"答应过您{_until(one.due_at, '前办', at)}", f"{_day(one.promised_at)}答应的。"
    return Matter(one.id, MatterKind.PROMISE, short(title), state, detail, one.promised_at, is_over=not one.is_open)


def of_refused(item_id: str, kind: str, reason: str, at: datetime) -> Matter:
    """Something said with the card that could not be taken in."""
    is_report = kind == SaidKind.REPORT
    name = SAID_NAMES[SaidKind(kind)] if kind in set(SaidKind) else "说的一件事"
    sort = MatterKind.REPORT if is_report else MatterKind.ASK
    return Matter(item_id, sort, name, "没有记下", reason, at, item_id, is_over=True)


def short(text: str) -> str:
    """The first line of a text, cut where a phone's line ends twice."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1] + "…"


def _until(due: datetime | None, words: str, at: datetime) -> str:
    if due is None:
        return ""
    if due < at:
        return f" · 原定{_day(due)}，晚了，还在办"
    local = due.astimezone(OFFICE_ZONE)
    return f" · {local.month}月{local.day}日{local:%H:%M}{words}"


def _day(at: datetime | None) -> str:
    if at is None:
        return ""
    local = at.astimezone(OFFICE_ZONE)
    return f"{local.month}月{local.day}日"
