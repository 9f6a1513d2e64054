"""An effect drawn: as many strokes as days with a report, on their days; no interval before anything can be said."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree as Xml

import pytest

from mapsvc.analysis.effect import measure
from mapsvc.domain.effects import effect_sentence, effect_span_words
from mapsvc.maps.effect_chart import effect_chart
from mapsvc.operations.place_effects import PlaceEffect, ReportDay, Turn

TURN = date(2026, 9, 1)


def effect(before: int, after: int, days_after: int = 56, others: tuple[tuple[int, int], ...] = ((8, 8),) * 6):
    """So many report-days, one every second day before and every third day after the turn."""
    told = measure(before, after, 56, days_after, others)
    earlier = tuple(ReportDay(TURN - timedelta(days=2 * n), ("a",)) for n in range(before, 0, -1))
    later = tuple(ReportDay(TURN + timedelta(days=3 * n), ("a",)) for n in range(1, after + 1))
    span = TURN - timedelta(days=56), TURN + timedelta(days=days_after)
    return PlaceEffect(Turn(TURN, "样板"), ("06010",), *span, earlier, later, others, told, effect_sentence(told))


def lines(html: str, kind: str) -> list[float]:
    """Where the upright lines of a kind stand, in per cent."""
    return [float(x) for x in re.findall(rf'<line class="{kind}" x1="([\d.]+)%"', html)]


@pytest.mark.parametrize(("before", "after"), [(20, 3), (6, 0), (0, 9), (3, 3)])
def test_each_day_with_a_report_is_one_stroke_on_its_side_of_the_turn(before: int, after: int) -> None:
    html = str(effect_chart(effect(before, after)))
    (turn,) = lines(html, "turn")
    earlier, later = lines(html, "day before"), lines(html, "day after")
    assert (len(earlier), len(later)) == (before, after)
    assert all(x < turn for x in earlier) and all(x > turn for x in later)
    assert f"{before}天" in html and f"{after}天" in html


def test_what_surely_helped_is_drawn_left_of_no_change() -> None:
    html = str(effect_chart(effect(20, 2)))
    (span,) = re.findall(r'class="span less" x1="([\d.]+)%" x2="([\d.]+)%"', html)
    assert 0 <= float(span[0]) < float(span[1]) < lines(html, "none")[0] == 50


def test_what_cannot_be_said_holds_no_change_in_its_interval() -> None:
    html = str(effect_chart(effect(6, 6)))
    (span,) = re.findall(r'class="span unsure" x1="([\d.]+)%" x2="([\d.]+)%"', html)
    assert float(span[0]) < 50 < float(span[1])


@pytest.mark.parametrize("told", [effect(20, 2, days_after=16), effect(2, 1)], ids=["early", "few"])
def test_no_interval_is_drawn_where_nothing_can_be_said_yet(told: PlaceEffect) -> None:
    assert "effect-span" not in effect_chart(told)


def test_comparable_places_are_told_or_that_there_are_none() -> None:
    assert "别处同类地方（6处）平均：之前8天，之后8天" in effect_chart(effect(10, 2))
    assert "不够比" in effect_chart(effect(10, 2, others=()))


def test_the_drawings_are_well_formed_and_read_aloud() -> None:
    for svg in re.findall(r"<svg.*?</svg>", str(effect_chart(effect(20, 2))), re.DOTALL):
        assert Xml.fromstring(svg).get("aria-label")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [(20, 2, "从少九成多到少"), (6, 6, "倍"), (20, 0, "从少九成多到少"), (0, 9, "到多出许多倍")],
)
def test_the_interval_is_said_in_words(before: int, after: int, words: str) -> None:
    said = effect_span_words(effect(before, after).measured)
    assert said.startswith("九成把握：从") and words in said
