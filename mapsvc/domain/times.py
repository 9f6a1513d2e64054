"""Times at the edges: ISO 8601 with zone, the office's days and months."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")


def iso(at: datetime, zone: ZoneInfo = OFFICE_ZONE) -> str:
    """Write an aware time as ISO 8601 in the office's zone, to the second."""
    return at.astimezone(zone).isoformat(timespec="seconds")


def parse_iso(text: str, zone: ZoneInfo = OFFICE_ZONE) -> datetime:
    """Read ISO 8601; a time without zone is the office's, a bare day is its midnight. Returns UTC.

    Raises
    ------
    ValueError
        If `text` is no ISO 8601 date or time.
    """
    at = datetime.fromisoformat(text.strip())
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def office_day(at: datetime, zone: ZoneInfo = OFFICE_ZONE) -> date:
    """The office's calendar day on which `at` falls."""
    return at.astimezone(zone).date()


def day_start(day: date, zone: ZoneInfo = OFFICE_ZONE) -> datetime:
    """The first instant of the office's `day`, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def month_start(at: datetime, zone: ZoneInfo = OFFICE_ZONE) -> datetime:
    """The first instant of the office's month in which `at` falls, in UTC."""
    return day_start(office_day(at, zone).replace(day=1), zone)


def week_start(day: date) -> date:
    """The Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def to_second(at: datetime) -> datetime:
    """`at` in UTC, rounded half up to the whole second (ledgers carry microseconds of spreadsheets)."""
    at = at.astimezone(UTC)
    return at.replace(microsecond=0) + timedelta(seconds=at.microsecond >= 500_000)
