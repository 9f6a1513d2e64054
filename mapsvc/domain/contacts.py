"""联系经过: whom somebody tried to reach, how, what came of it and what is next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mapsvc.domain.responses import require_time
from mapsvc.errors import FieldProblem, Refused

MOST_TEXT = 500
_MOST_NAME = 60


class ContactParty(StrEnum):
    """Whom one tries to reach."""

    OWNER = "owner"
    UPSTAIRS = "upstairs"
    MERCHANT = "merchant"
    COMMITTEE = "committee"
    PROPERTY = "property"
    OWNERS_COMMITTEE = "owners_committee"
    CALLER = "caller"
    OTHER = "other"


class ContactWay(StrEnum):
    """How."""

    PHONE = "phone"
    PROPERTY = "property"
    NEIGHBOUR = "neighbour"
    VISIT = "visit"
    MESSAGE = "message"
    OTHER = "other"


class ContactResult(StrEnum):
    """What came of it."""

    REACHED = "reached"
    TOLD_ON = "told_on"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    NOT_THERE = "not_there"
    REFUSED = "refused"


CONTACT_PARTY_NAMES: dict[ContactParty, str] = {
    ContactParty.OWNER: "业主",
    ContactParty.UPSTAIRS: "楼上住户",
    ContactParty.MERCHANT: "商户",
    ContactParty.COMMITTEE: "居委会",
    ContactParty.PROPERTY: "物业",
    ContactParty.OWNERS_COMMITTEE: "业委会",
    ContactParty.CALLER: "来电人",
    ContactParty.OTHER: "其他人",
}
CONTACT_WAY_NAMES: dict[ContactWay, str] = {
    ContactWay.PHONE: "登记电话",
    ContactWay.PROPERTY: "物业存号",
    ContactWay.NEIGHBOUR: "经邻居",
    ContactWay.VISIT: "上门",
    ContactWay.MESSAGE: "发消息",
    ContactWay.OTHER: "别的办法",
}
CONTACT_RESULT_NAMES: dict[ContactResult, str] = {
    ContactResult.REACHED: "联系上",
    ContactResult.TOLD_ON: "亲属转告",
    ContactResult.NO_ANSWER: "无人接",
    ContactResult.WRONG_NUMBER: "空号",
    ContactResult.NOT_THERE: "人不在",
    ContactResult.REFUSED: "不愿谈",
}


@dataclass(frozen=True)
class ContactAttempt:
    """One attempt; belongs to a case (and its response) or to a ticket."""

    id: str
    party: ContactParty
    way: ContactWay
    result: ContactResult
    at: datetime
    case_id: str | None = None
    response_id: str | None = None
    ticket_id: str | None = None
    party_name: str | None = None
    note: str | None = None
    next_step: str | None = None
    next_at: datetime | None = None
    actor_id: str | None = None


def require_sound(new: ContactAttempt, since: datetime, now: datetime) -> None:
    """Raise Refused beside the fields of an attempt that cannot be; `since` is when the matter was reported."""
    found = [
        FieldProblem(name, "too_long", f"最多写{most}个字，现在有{len(text)}个。")
        for name, most in (("party_name", _MOST_NAME), ("note", MOST_TEXT), ("next_step", MOST_TEXT))
        if len(text := getattr(new, name) or "") > most
    ]
    if new.next_at is not None and new.next_at < new.at:
        found.append(FieldProblem("next_at", "before_attempt", "下一步的时间不能早于这次联系，请改时间。"))
    if found:
        raise Refused(found[0].message, code=found[0].code, problems=found)
    require_time("at", "联系", new.at, since, now)


def first_reached(attempts: Iterable[ContactAttempt]) -> datetime | None:
    """When somebody was reached first."""
    return min((a.at for a in attempts if a.result is ContactResult.REACHED), default=None)


@dataclass(frozen=True)
class ContactRun:
    """Attempts one after the other to reach the same side, written down by the same person; the latest first."""

    party: ContactParty
    attempts: tuple[ContactAttempt, ...]

    @property
    def title(self) -> str:
        """找业主 3次."""
        times = f" {len(self.attempts)}次" if len(self.attempts) > 1 else ""
        return f"找{CONTACT_PARTY_NAMES[self.party]}{times}"


def runs(attempts: Sequence[ContactAttempt]) -> list[ContactRun]:
    """Attempts in runs as a timeline shows them, the latest first."""
    found: list[list[ContactAttempt]] = []
    for one in sorted(attempts, key=lambda a: (a.at, a.id), reverse=True):
        before = found[-1][-1] if found else None
        if before is not None and (before.party, before.actor_id) == (one.party, one.actor_id):
            found[-1].append(one)
        else:
            found.append([one])
    return [ContactRun(run[0].party, tuple(run)) for run in found]
