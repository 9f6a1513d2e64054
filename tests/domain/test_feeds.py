"""Calendar text: folded at 75 octets, escaped, the same event each time."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.feeds import Due, calendar, escape, fold

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")[:-1]


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=300))
def test_lines_are_at_most_75_octets_and_come_back_whole(text: str) -> None:
    folded = fold(text)
    assert all(len(line.encode()) <= 75 for line in folded.split("\r\n"))
    assert folded.replace("\r\n ", "") == text


def test_text_is_escaped() -> None:
    assert escape("岚皋路1,2号;角\\落\r\n下一行\x07") == "岚皋路1\\,2号\\;角\\\\落\\n下一行"


def test_an_event_says_when_what_and_where() -> None:
    at = datetime(2026, 11, 27, 9, tzinfo=UTC)
    due = Due("case", "c1", at, "案件到期：岚皋西路27号房屋渗漏", "岚皋西路27号", "/cases/c1")
    lines = unfolded(calendar("兰田街区", [due], "http://office.example", AT))
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR"
    for line in (
        "VERSION:2.0",
        "UID:case-c1@mapsvc",
        "DTSTAMP:20261123T010000Z",
        "DTSTART:20261127T083000Z",
        "DTEND:20261127T090000Z",
        "SUMMARY:案件到期：岚皋西路27号房屋渗漏",
        "URL:http://office.example/cases/c1",
    ):
        assert line in lines
