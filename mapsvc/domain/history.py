"""What happened at a door or a place: types of events, and entries as a person reads them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mapsvc.domain.photos import Photo


class EventType(StrEnum):
    """Types of the append-only history."""

    VISIT = "visit"
    NEED = "need"
    PROMISE = "promise"
    ISSUE = "issue"
    CASE_STEP = "case_step"
    RESPONSE = "response"
    COUNCIL = "council"
    AGREEMENT = "agreement"
    PLAYBOOK = "playbook"
    ORDER = "order"
    TICKET = "ticket"
    ENQUIRY = "enquiry"
    CAMPAIGN = "campaign"
    TENANCY = "tenancy"
    CORRECTION = "correction"
    TASK = "task"
    NOTE = "note"
    CONTACT = "contact"
    EFFECT = "effect"
    CONTEXT = "context"
    NOTICE = "notice"
    ALERT = "alert"
    STORM = "storm"


_ASKED_OF_THEM = frozenset(
    {
        EventType.ISSUE,
        EventType.CASE_STEP,
        EventType.RESPONSE,
        EventType.ORDER,
        EventType.PLAYBOOK,
        EventType.TICKET,
        EventType.NOTE,
    }
)


class HistorySide(StrEnum):
    """The two tabs: 帮他办的 and 要他改的."""

    HELP = "help"
    ASK = "ask"


# Kinds that are done to a shop rather than by it: handling them is help.
_HELP_KINDS = frozenset({"L0001", "L0002", "L0013", "L0014"})


def side_of(event_type: EventType, kind: str | None = None) -> HistorySide:
    """Under which tab an entry stands; `kind` is the issue's where the entry belongs to a case."""
    if event_type in _ASKED_OF_THEM and kind not in _HELP_KINDS:
        return HistorySide.ASK
    return HistorySide.HELP


@dataclass(frozen=True)
class Words:
    """What a loader makes of a ref: the sentence parts before masking.

    Attributes
    ----------
    kind, number : str or None
        Code of the issue's kind and its number where the entry belongs to one.
    state : str or None
        Outcome word for the mark on the timeline, e.g. ``met``, ``kept``, a case state, ``satisfied``.
    """

    title: str
    detail: str = ""
    kind: str | None = None
    number: str | None = None
    state: str | None = None


@dataclass(frozen=True)
class Entry:
    """One line of the history as this reader may see it."""

    at: datetime
    type: EventType
    title: str
    detail: str
    actor: str | None
    ref: str
    side: HistorySide
    case_id: str | None = None
    kind: str | None = None
    number: str | None = None
    state: str | None = None
    tenancy_id: str | None = None
    is_former: bool = False
    due_at: datetime | None = None
    url: str | None = None
    photos: tuple[Photo, ...] = ()


@dataclass(frozen=True)
class HistoryPage:
    """Open things on top, then a page of what was, newest first."""

    open: tuple[Entry, ...]
    items: tuple[Entry, ...]
    next: str | None
