"""The guard team: slots are counted, never people; a nickname is no phone number."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from mapsvc.domain.rosters import Coverage, Shift, Slot, coverage, missing, nickname, require_sound
from mapsvc.errors import Refused

DAY = date(2026, 11, 24)
SLOT = Slot("a", "r", DAY, Shift.MORNING, 7, 8, 2)
OFF = replace(SLOT, id="c", cancelled_at=datetime(2026, 11, 23, tzinfo=UTC), cancel_reason="下雨")


def test_a_slot_counts_once_it_has_as_many_as_are_wanted() -> None:
    slots = [SLOT, replace(SLOT, id="b"), OFF]
    found = coverage(slots, {"a": 2, "b": 1, "c": 5})
    assert found == Coverage(1, 2, 1) and found.text == "排了2班，够人的1班，取消1班"
    assert [missing(s, 1) for s in slots] == [1, 1, 0]
    assert coverage([], {}).text == "还没有排班"


@pytest.mark.parametrize("name", ["三楼张阿姨", " 老李 ", "Ｌｉｎ"])
def test_a_nickname_is_kept_trimmed(name: str) -> None:
    assert nickname(name) == nickname(nickname(name)) and nickname(name).strip()


@pytest.mark.parametrize(
    "name", ["", "  ", "一" * 13, "13812345678", "１３８１２３４５６７８", "a<b", "x\x00", "021-60001234"]
)
def test_what_is_no_nickname_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        nickname(name)


def test_every_field_that_cannot_be_is_named() -> None:
    with pytest.raises(Refused) as told:
        require_sound(" ", date(2026, 1, 1), date(2025, 12, 1), {}, 0, DAY)
    assert {p.field for p in told.value.problems} == {"name", "from", "until", "shifts", "wanted"}
    with pytest.raises(Refused) as told:
        require_sound("队", DAY, date(2027, 3, 1), {Shift.EVENING: (20, 19)}, 2, DAY)
    assert {p.field for p in told.value.problems} == {"until", "evening"}
