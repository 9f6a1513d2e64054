"""今日 at the office: which lists there are, for whom, and how a deadline is said in them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.times import OFFICE_ZONE, office_day


class Section(StrEnum):
    """The parts of the page."""

    DECIDE = "decide"
    DUE = "due"
    WALK = "walk"


SECTION_NAMES: dict[Section, str] = {
    Section.DECIDE: "今天要定",
    Section.DUE: "今天到期",
    Section.WALK: "还没走到",
}
_OFFICE = frozenset({Role.SECRETARY, Role.OFFICE})
_SECRETARY = frozenset({Role.SECRETARY})
_COMMITTEE = frozenset({Role.COMMITTEE})
_PROPERTY = frozenset({Role.PROPERTY})
_UNITS = _COMMITTEE | _PROPERTY
ROLES = _OFFICE | _UNITS
"""Who has a desk; who walks the street has the phone's 今日."""


@dataclass(frozen=True)
class DeskList:
    """One number of the page and the list it opens.

    Attributes
    ----------
    id : str
        Its address below ``/desk/``, and the name of its query in store/desk.py.
    todo : str
        What to do with what stands in it.
    is_late : bool
        Whether everything in it is past its time.
    page : str
        A page that shows the same rows with more of each, where there is one.
    """

    id: str
    title: str
    section: Section
    roles: Collection[Role]
    todo: str
    is_late: bool = False
    page: str = ""

    @property
    def address(self) -> str:
        """Where its number leads."""
        return self.page or f"/desk/{self.id}"


_S = Section
LISTS: tuple[DeskList, ...] = (
    DeskList("enquiries_urgent", "可能有人身安全的危险", _S.DECIDE, _OFFICE, "店主问的，先打电话，马上立案。", True),
    DeskList("reported", "新报的案件", _S.DECIDE, _OFFICE, "立案派遣、请对方自行整改，或不予立案。"),
    DeskList("self_corrected", "自行整改到期的", _S.DECIDE, _OFFICE, "去看过：好了送核查，没好立案派遣。"),
    DeskList("to_close", "处理完等结案", _S.DECIDE, _OFFICE, "看过核查结果，结案或退回重办。"),
    DeskList("refused_orders", "说不归他们的派单", _S.DECIDE, _OFFICE, "看理由，改派别的单位或再派一次。"),
    DeskList("reopenings", "要求重新办的", _S.DECIDE, _OFFICE, "回访没好或不满意：重新办，或写明为什么不。"),
    DeskList("extensions", "申请延期的", _S.DECIDE, _OFFICE, "同意或不同意，写一句原因。"),
    DeskList("councils", "没有结果的议事会", _S.DECIDE, _OFFICE, "记下议定了什么，或没谈成转到哪里。"),
    DeskList("hard_needs", "要攻坚的诉求", _S.DECIDE, _OFFICE, "立案，或交给谁、什么时候办完。"),
    DeskList("relapses", "好了又来的地方", _S.DECIDE, _OFFICE, "看上次试过什么，再定这次怎么办。"),
    DeskList("alerts", "早发现", _S.DECIDE, _OFFICE, "看依据，接下来办，或放下并说为什么。", page="/alerts"),
    DeskList("watched", "关注的地方又有的", _S.DECIDE, _OFFICE, "想一想是不是装修、撤桶、施工带来的，从那里去解。"),
    DeskList("tickets_to_sign", "待签收的工单", _S.DECIDE, _OFFICE, "签收，或写明理由退单。"),
    DeskList("tickets_unmatched", "没找到地点或类别的工单", _S.DECIDE, _OFFICE, "选好地点和类别。"),
    DeskList("cases_overdue", "超时的案件", _S.DUE, _OFFICE, "催办、督办，或申请延期。", True),
    DeskList("cases_due", "今天到期的案件", _S.DUE, _OFFICE, "今天要办完。"),
    DeskList("enquiries", "咨询待答", _S.DUE, _SECRETARY, "看了就答，不清的先转询。", page="/enquiries?from=desk#open"),
    DeskList("enquiries_overdue", "超时的咨询", _S.DUE, _SECRETARY, "今天答复；答不出的先跟店主说一声。", True),
    DeskList("enquiries_referred", "该有回音的转询", _S.DUE, _SECRETARY, "问一声，有了回音就答复店主。"),
    DeskList("tickets_contact", "要先行联系的工单", _S.DUE, _OFFICE, "今天要联系上来电人。"),
    DeskList("tickets_due", "要办结的工单", _S.DUE, _OFFICE, "写好答复，办结。"),
    DeskList("tasks_due", "到期的任务", _S.DUE, _OFFICE, "问一声办得怎样。"),
    DeskList("promises_due", "答应的事", _S.DUE, _OFFICE, "今天要兑现，或告诉店主什么时候。"),
    DeskList("needs_due", "到期的诉求", _S.DUE, _OFFICE, "问一声办得怎样。"),
    DeskList("notices_down", "该取下的温馨提示", _S.DUE, _OFFICE, "取下来，免得贴旧了。"),
    DeskList("storm_doors", "雨前雨后要看的门", _S.WALK, _OFFICE, "请走访的人顺路看一眼，帮着收货、垫高。"),
    DeskList("not_visited", "本月还没走到", _S.WALK, _OFFICE, "排进走访。"),
    DeskList("return_visits", "到期的回访", _S.WALK, _OFFICE, "请另一个人去看看好了没有。"),
    DeskList("untold", "办好了还没告诉店主", _S.WALK, _OFFICE, "下次走到时说一声。"),
    DeskList("unit_responses", "红色响应", _S.DECIDE, _COMMITTEE, "到场以后记一笔。"),
    DeskList("unit_orders", "派给我们的单", _S.DECIDE, _PROPERTY, "接单、到场、修好了，点一下就行。"),
    DeskList("unit_councils", "约好的议事会", _S.DECIDE, _COMMITTEE, "按时到，带上要说的。"),
    DeskList("unit_tasks_due", "到期的任务", _S.DUE, _UNITS, "办完了说一声。"),
    DeskList("unit_contacts", "说好再联系的", _S.DUE, _COMMITTEE, "再联系一次，记下结果。"),
    DeskList("unit_tasks", "还没办完的任务", _S.WALK, _UNITS, "办完了说一声。"),
)
FOUND_FIRST = DeskList("found_first", "先发现的工单", _S.WALK, _OFFICE, "这些来电之前，我们已经知道了。")
"""The headline's list: stands in no section."""


def lists_for(actor: Actor) -> tuple[DeskList, ...]:
    """The lists of this reader's desk, in the order of the page."""
    return tuple(one for one in LISTS if actor.role in one.roles)


def list_for(actor: Actor, list_id: str) -> DeskList | None:
    """The list with this id, if this reader has it."""
    return next((one for one in (*LISTS, FOUND_FIRST) if one.id == list_id and actor.role in one.roles), None)


def due_words(due_at: datetime | None, at: datetime) -> tuple[str, bool]:
    """(超时3天, 超时1:20, 今天17:00, 11月28日; whether it is past), by natural time."""
    if due_at is None:
        return "", False
    day, today = office_day(due_at), office_day(at)
    if due_at < at:
        minutes = int((at - due_at).total_seconds() // 60)
        days = minutes // 1440
        return (f"超时{days}天" if days else f"超时{minutes // 60}:{minutes % 60:02d}"), True
    if day == today:
        return f"今天{due_at.astimezone(OFFICE_ZONE):%H:%M}", False
    return f"{day.month}月{day.day}日", False
