"""When it suits in a merchant's own words: read where nothing has to be guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.quiet_hours import MOST_LINES, require_sound
from mapsvc.domain.visiting_times import words
from mapsvc.domain.visiting_words import read_words


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("周三下午不方便", "周三12:00–18:00不便"),
        ("周一到周五12点到14点别来", "周一到周五12:00–14:00不便"),
        ("１２：００～１３：３０在忙，周日休息", "周一到周六12:00–13:30不便，周日全天不便"),
        ("只有上午方便", "上午来方便"),
        ("14点后方便", "14点后来方便"),
        ("下午2点半到4点不行", "每天14:30–16:00不便"),
        ("9点前不要来", "每天0:00–9:00不便"),
        ("周六、周日都不方便", "周六、周日全天不便"),
        ("星期天 休息", "周日全天不便"),
        ("晚上忙。", "每天18:00–24:00不便"),
        ("周五到周一没空", "周一、周五、周六、周日全天不便"),
    ],
)
def test_own_words_that_say_days_and_times_are_read(said: str, meant: str) -> None:
    lines = read_words(said)
    assert lines is not None
    assert words(lines) == meant


@pytest.mark.parametrize(
    "said",
    [
        "孩子放学前别来",
        "3点到5点方便",
        "上午10点到下午2点忙",
        "有时候下午不在",
        "上午方便，晚上不方便",
        "25点后别来",
        "14点到12点忙",
        "来之前打电话13812345678",
        "",
        "，。",
    ],
)
def test_words_that_would_have_to_be_guessed_go_to_a_person(said: str) -> None:
    assert read_words(said) is None


@given(st.text(alphabet="周一三日末上下午点0123456789:到、，不方便忙来半前后别", max_size=20))
def test_whatever_is_read_can_be_kept(said: str) -> None:
    lines = read_words(said)
    if lines is not None:
        assert 0 < len(lines) <= MOST_LINES
        for line in lines:
            require_sound(line.weekday, line.from_minute, line.until_minute, "")
