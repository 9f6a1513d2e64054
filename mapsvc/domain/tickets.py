"""12345 tickets 工单: states and legal moves, their two clocks, and when two tell of the same thing."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mapsvc.domain.clock import DAY_MIN, Limit, LimitCalendar, Reading, WorkingDays, due_at, read_clock
from mapsvc.domain.effects import Satisfaction as Satisfaction
from mapsvc.domain.kinds import find_kind
from mapsvc.errors import Conflict, Refused

FIRST_CONTACT_DAYS = 1
"""先行联系: until the office closes on the next working day."""
SECOND_DAYS = 3
"""二次办理: working days from the moment it came back."""
LIMITS_DAYS = (1, 3, 5, 15)
"""Working days that the hotline sets; a file may say others."""
MOST_LIMIT_DAYS = 60
DUPLICATE_DAYS = 14
"""Same spot, same kind, called within so many days: offered as one."""
LEAST_COUNTED = 5
"""Of fewer tickets nothing is said as a share."""


class TicketState(StrEnum):
    """Where an order of the hotline stands."""

    TO_SIGN = "to_sign"
    HANDLING = "handling"
    ANSWERED = "answered"
    RETURNED = "returned"


_S = TicketState
STATE_NAMES: dict[TicketState, str] = {
    _S.TO_SIGN: "待签收",
    _S.HANDLING: "办理中",
    _S.ANSWERED: "已办结",
    _S.RETURNED: "已退单",
}
OPEN_STATES: frozenset[TicketState] = frozenset({_S.TO_SIGN, _S.HANDLING})

# answered -> handling is the second handling; returned -> handling: the hotline did not take it back.
MOVES: dict[TicketState, tuple[TicketState, ...]] = {
    _S.TO_SIGN: (_S.HANDLING, _S.RETURNED),
    _S.HANDLING: (_S.ANSWERED, _S.RETURNED),
    _S.ANSWERED: (_S.HANDLING,),
    _S.RETURNED: (_S.HANDLING,),
}


class Request(StrEnum):
    """诉求类型, as the hotline sorts calls."""

    ENQUIRY = "enquiry"
    HELP = "help"
    SUGGESTION = "suggestion"
    COMPLAINT = "complaint"
    REPORT = "report"
    PRAISE = "praise"


REQUEST_NAMES: dict[Request, str] = {
    Request.ENQUIRY: "咨询",
    Request.HELP: "求助",
    Request.SUGGESTION: "建议",
    Request.COMPLAINT: "投诉",
    Request.REPORT: "举报",
    Request.PRAISE: "表扬",
}


@dataclass(frozen=True)
class Ticket:
    """One order of the hotline.

    Attributes
    ----------
    limit_days : int or None
        Working days allowed for handling.
    first_contact_at : datetime or None
        When somebody of the block first spoke with the caller.
    known_type, known_ref, known_at
        What the block knew before the call (先发现): ``issue``, ``need`` or ``visit``, its id, and when.
    is_imported : bool
        History: it came out of a workbook finished, or past its time. Outside all rates.
    """

    id: str
    number: str
    called_at: datetime
    text: str
    state: TicketState
    received_at: datetime
    request: Request | None = None
    address: str | None = None
    unit: str | None = None
    kind: str | None = None
    location_id: str | None = None
    shop_id: str | None = None
    place_id: str | None = None
    case_id: str | None = None
    duplicate_of: str | None = None
    version: int = 1
    is_repeat: bool = False
    is_second: bool = False
    limit_days: int | None = None
    first_contact_due_at: datetime | None = None
    first_contact_at: datetime | None = None
    due_at: datetime | None = None
    returned_at: datetime | None = None
    return_reason: str | None = None
    answer: str | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None
    is_solved: bool | None = None
    satisfaction: Satisfaction | None = None
    known_type: str | None = None
    known_ref: str | None = None
    known_at: datetime | None = None
    is_imported: bool = False
    imported_state: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done about it."""
        return self.state in OPEN_STATES

    @property
    def is_matched(self) -> bool:
        """Whether it is known where it is and what it is about."""
        return self.location_id is not None and self.kind is not None


def limit_days_of(request: Request | None) -> int:
    """Working days for a ticket that brings none: enquiries 1, all others 5 (15 and 3 are set by the hotline)."""
    return 1 if request is Request.ENQUIRY else 5


def first_contact_due(called_at: datetime, is_working: WorkingDays) -> datetime:
    """Until when somebody must have spoken with the caller, where the ticket itself says nothing."""
    return days_after(called_at, FIRST_CONTACT_DAYS, is_working)


def days_after(start: datetime, days: int, is_working: WorkingDays) -> datetime:
    """When the office closes on the `days`-th working day after `start`'s."""
    due = due_at(start, Limit(LimitCalendar.WORKING_DAYS, days * DAY_MIN), 0, is_working)
    assert due is not None
    return due


def is_history(state: TicketState, due: datetime | None, received_at: datetime) -> bool:
    """Whether a ticket out of a workbook ran under no clock of ours: it came finished, or past its time."""
    return state not in OPEN_STATES or (due is not None and due <= received_at)


def clocks(ticket: Ticket, at: datetime, is_working: WorkingDays) -> tuple[Reading, Reading]:
    """(first contact, handling) at `at`; of history neither says anything."""
    if ticket.is_imported and not ticket.is_second:
        return Reading(None, None, False, False, ""), Reading(None, None, False, False, "")
    stopped = ticket.answered_at or ticket.returned_at
    contacted = ticket.first_contact_at or (stopped if not ticket.is_open else None)
    days = LimitCalendar.WORKING_DAYS
    first = read_clock(ticket.first_contact_due_at, days, at, is_working, closed_at=contacted)
    closed_at = None if ticket.is_open else stopped
    return first, read_clock(ticket.due_at, days, at, is_working, closed_at=closed_at)


def counts_for_first_contact(ticket: Ticket) -> bool:
    """Whether the rate of 先行联系 may judge it: it came while its time still ran, and was not for another block."""
    due = ticket.first_contact_due_at
    ours = ticket.state is not TicketState.RETURNED and ticket.duplicate_of is None
    return ours and not ticket.is_imported and due is not None and due > ticket.received_at


def counts_for_handling(ticket: Ticket) -> bool:
    """The same for 按时办结, 实际解决 and 满意."""
    return ticket.state is not TicketState.RETURNED and ticket.duplicate_of is None and not ticket.is_imported


def require_move(ticket: Ticket, to: TicketState) -> None:
    """Raise Conflict, naming both states and the legal ones, unless `ticket` may go to `to`."""
    if ticket.duplicate_of is not None:
        raise Conflict("这张工单已经并到另一张里了，请到那一张上办。", code="merged")
    legal = MOVES[ticket.state]
    if to in legal:
        return
    onward = "、".join(STATE_NAMES[s] for s in legal)
    extra: dict[str, object] = {"from": ticket.state.value, "to": to.value, "legal": [s.value for s in legal]}
    message = f"工单现在是“{STATE_NAMES[ticket.state]}”，不能转到“{STATE_NAMES[to]}”。现在可以转到：{onward}。"
    raise Conflict(message, code="illegal_move", extra=extra)


def move(ticket: Ticket, to: TicketState) -> Ticket:
    """The ticket in its next state; raises as `require_move`."""
    require_move(ticket, to)
    return replace(ticket, state=to, version=ticket.version + 1)


def require_words(text: str, field: str, what: str) -> str:
    """`text` without blanks at its ends; raises Refused if nothing is left."""
    told = text.strip()
    if not told:
        raise Refused(f"请写明{what}。", field=field, code=f"{field}_missing")
    return told


_WHO, _CALLED = "市民|来电人|居民|群众|商户", "来电"
_SAYS = "反映|投诉|举报|咨询|求助|建议"
_REPORTED = re.compile(rf"^(?:{_WHO})?(?:{_CALLED})?(?:{_SAYS})\W?")
_CLAUSE = re.compile(r"[，,。；;！!？?\n]")


def kind_in(text: str) -> str | None:
    """Code of the kind that a ticket's text names (市民来电反映X，…); None if it names none, or several."""
    for clause in (*_CLAUSE.split(text), text):
        kind = find_kind(_REPORTED.sub("", clause.strip()))
        if kind is not None:
            return kind.code
    return None


def are_alike(one: Ticket, other: Ticket) -> bool:
    """Whether two tickets may tell of the same thing: same kind, same shop, place or point, called within 14 days."""
    if one.id == other.id or one.kind is None or one.kind != other.kind:
        return False
    if abs(one.called_at - other.called_at) > timedelta(days=DUPLICATE_DAYS):
        return False
    same = (
        one.shop_id is not None and one.shop_id == other.shop_id,
        one.place_id is not None and one.place_id == other.place_id,
        one.location_id is not None and one.location_id == other.location_id,
    )
    return any(same)
