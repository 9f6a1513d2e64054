"""The policy calendar as RFC 5545 text: each turn a whole-day event, with a reminder when merchants are to know."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from mapsvc.domain.feeds import escape, file_of
from mapsvc.domain.policy_windows import Opening

_REMINDS_AT_H = 9


def calendar(name: str, openings: Iterable[Opening], base_url: str, at: datetime) -> str:
    """The turns as text/calendar.

    Parameters
    ----------
    base_url : str
        Where this service is reached, without a slash at its end.
    at : datetime
        When it was written (DTSTAMP).
    """
    return file_of(name, "P1D", (line for one in openings for line in _event(one, base_url, at)))


def reminder(lead_days: int) -> str:
    """The TRIGGER of nine in the morning so many days before a day begins (RFC 5545, 3.8.6.3).

    >>> reminder(21), reminder(1), reminder(0)
    ('-P20DT15H', '-PT15H', 'PT9H')
    """
    if lead_days == 0:
        return f"PT{_REMINDS_AT_H}H"
    days = f"{lead_days - 1}D" if lead_days > 1 else ""
    return f"-P{days}T{24 - _REMINDS_AT_H}H"


def _event(one: Opening, base_url: str, at: datetime) -> list[str]:
    window = one.window
    title = f"{window.title}（示例）" if window.is_sample else window.title
    return [
        "BEGIN:VEVENT",
        f"UID:window-{window.code}-{one.year}@mapsvc",
        f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{window.version - 1}",
        f"DTSTART;VALUE=DATE:{_day(one.opens_on)}",
        # The end of a whole-day event is the day after its last one.
        f"DTEND;VALUE=DATE:{_day(one.closes_on + timedelta(days=1))}",
        f"SUMMARY:{escape(title)}",
        f"DESCRIPTION:{escape(_words(one))}",
        f"CATEGORIES:{','.join(escape(topic) for topic in window.topics)}",
        f"URL:{base_url}/policy-calendar/{window.id}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{escape(f'该提前告诉店家了：{window.title}，{one.opens_on.month}月{one.opens_on.day}日开始')}",
        f"TRIGGER:{reminder(window.lead_days)}",
        "END:VALARM",
        "END:VEVENT",
    ]


def _words(one: Opening) -> str:
    last = one.closes_on
    words = [f"{last.month}月{last.day}日截止", f"给选了{'、'.join(one.window.topics)}的店家"]
    if one.is_guessed:
        words.append(f"{one.window.event}的日子是估的，请核对")
    words += [text for text in (one.window.note, one.window.source) if text]
    return "\n".join(words)


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"
