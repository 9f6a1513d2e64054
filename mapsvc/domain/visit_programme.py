"""三访三办: when a special visit is due, and who goes back to look once something was put right."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from mapsvc.domain.cases import SEVERITY_NAMES, CaseState, Severity

GRAVE = frozenset({Severity.SERIOUS, Severity.DANGER})
"""How bad an issue is that somebody goes to see at once."""
_IN_HAND = frozenset(CaseState) - {CaseState.CLOSED, CaseState.REJECTED, CaseState.SUSPENDED}


@dataclass(frozen=True)
class ReturnVisit:
    """A closed case at a shop that somebody goes back to.

    Attributes
    ----------
    worker_id : str or None
        Who should go; anybody else may.
    is_another : bool
        Whether somebody goes who neither reported it nor put it right, and does not look after the door.
    """

    case_id: str
    shop_id: str
    worker_id: str | None
    is_another: bool


def who_returns(own: str | None, involved: Collection[str], nearest: Sequence[str]) -> str | None:
    """Who goes back to a door: its own worker, unless they reported or handled it, then the nearest who did not.

    Parameters
    ----------
    own : str or None
        Who looks after the door.
    involved : collection of str
        Who reported the case or put it right.
    nearest : sequence of str
        All who walk the street, whose doors lie nearest first.

    Returns
    -------
    str or None
        `own` where there is nobody else.
    """
    if own is not None and own not in involved:
        return own
    return next((one for one in nearest if one not in involved), own)


def needs_special_visit(
    state: CaseState, severity: Severity | None, reported_at: datetime, called_at: datetime | None
) -> bool:
    """Whether a grave issue at a door waits for somebody to see it: nobody was met there since it was reported."""
    return state in _IN_HAND and severity in GRAVE and (called_at is None or called_at <= reported_at)


def special_words(kind_name: str, severity: Severity) -> str:
    """Why somebody goes there: 专项：房屋渗漏（严重），报了还没人去看."""
    return f"专项：{kind_name}（{SEVERITY_NAMES[severity]}），报了还没人去看"
