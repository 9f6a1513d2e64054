"""Reads text/calendar back, as a calendar would (RFC 5545, as far as the program writes it)."""

from __future__ import annotations

import re
from datetime import timedelta

_DURATION = re.compile(r"(?P<sign>-?)P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?)?")


def events_of(text: str) -> list[dict[str, str]]:
    """The events with their values by name (and parameter), unescaped; what an alarm says is among them.

    Of two values of one name the first is kept.
    """
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    lines = text.replace("\r\n ", "").split("\r\n")[:-1]
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR"
    found: list[dict[str, str]] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and name not in ("BEGIN", "END"):
            found[-1].setdefault(name, _plain(value))
    return found


def moment_of(duration: str) -> timedelta:
    """A duration of days and hours."""
    told = _DURATION.fullmatch(duration)
    assert told is not None
    span = timedelta(days=int(told["days"] or 0), hours=int(told["hours"] or 0))
    return -span if told["sign"] else span


def _plain(value: str) -> str:
    return re.sub(r"\\([\\;,nN])", lambda m: "\n" if m[1] in "nN" else m[1], value)
