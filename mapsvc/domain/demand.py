"""What a stop is worth and how long it takes: per reason points, their growth with days overdue, minutes there."""

from datetime import datetime

from mapsvc.domain.patrol import Reason

POINTS: dict[str, tuple[int, int, int]] = {
    # reason: points, points a day overdue, minutes there
    "promise": (40, 5, 5),
    "return_visit": (30, 2, 8),
    "storm": (35, 0, 5),
    "issue": (25, 3, 8),
    "hot_cell": (25, 0, 15),
    "call": (10, 1, 5),
    "must": (10, 0, 5),
}
_MOST_DAYS = 14


def reason_points(code: str, days_overdue: int) -> int:
    """Points of a reason: a base, growing with each day overdue up to two weeks."""
    base, growth, _ = POINTS[code]
    return base + growth * max(0, min(days_overdue, _MOST_DAYS))


def service_minutes(reasons: tuple[Reason, ...]) -> int:
    """Minutes at a door with several reasons: the longest, and two for each further one."""
    longest = max(POINTS[reason.code][2] for reason in reasons)
    return longest + 2 * (len(reasons) - 1)


def due_days(due_at: datetime, at: datetime) -> int:
    """Whole days by which `due_at` has passed at `at`; negative before."""
    return (at - due_at).days
