"""Charts of a series: every number stands there, words are escaped, nothing runs out of the picture."""

import re
from xml.etree import ElementTree as Xml

import pytest

from mapsvc.maps.charts import WIDTH, Bar, Mark, series_chart, spark

_BARS = [Bar(f"{i + 1}月3日", n, f"2026年{i + 1}月3日至30日", 1.5) for i, n in enumerate([0, 1, 4, 9, 2])]
_SVG = "{http://www.w3.org/2000/svg}"


def _drawn(bars, marks=(), **others):
    html = str(series_chart(bars, marks, title="每4周上报的件数", **others))
    return html, Xml.fromstring(re.search(r"<svg.*?</svg>", html, re.S)[0])


def _texts(svg, kind):
    return [t.text for t in svg.iter("text") if kind in (t.get("class") or "").split()]


def test_each_number_stands_above_its_bar_and_the_highest_bar_is_the_highest_number():
    _, svg = _drawn(_BARS)
    assert _texts(svg, "n") == ["0", "1", "4", "9", "2"]
    heights = [float(r.get("height")) for r in svg.iter("rect") if "bar" in r.get("class")]
    assert heights.index(max(heights)) == 3
    assert heights[1] / heights[3] == pytest.approx(1 / 9, abs=0.01)


def test_the_picture_says_in_words_what_it_shows():
    html, svg = _drawn(_BARS)
    assert svg.get("role") == "img" and svg.get("aria-label") == "每4周上报的件数"
    assert "最多的是2026年4月3日至30日9件，最近是2026年5月3日至30日2件" in svg.find("desc").text
    assert "平时约2件" in html


def test_a_table_holds_the_same_with_everything_that_happened():
    marks = [Mark(2.4, "撤桶", name="9月12日撤桶"), Mark(3.1, "闪电清运", True)]
    html, _ = _drawn(_BARS, marks)
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th><td class=\"num\">(\d+)</td>(.*?)</tr>", html)
    assert [int(n) for _, n, _ in rows] == [2, 9, 4, 1, 0]
    assert "9月12日撤桶" in rows[2][2] and "闪电清运" in rows[1][2]


def test_what_people_wrote_is_escaped_everywhere():
    html, _ = _drawn([Bar("<b>", 1)], [Mark(0.2, "<i>&", name='"><script>')])
    assert "<b>" not in html and "<i>" not in html.replace('<i class="swatch', "") and "<script>" not in html


def test_labels_never_cover_each_other_and_what_finds_no_room_stays_in_the_table():
    marks = [Mark(1 + i / 50, f"第{i}件事情发生", name=f"第{i}件") for i in range(9)]
    html, svg = _drawn(_BARS, marks)
    labels = [t for t in svg.iter("text") if "mark" in (t.get("class") or "").split()]
    assert 0 < len(labels) < 9
    assert all(f"第{i}件" in html for i in range(9))
    rows = [(t.get("y"), t.get("text-anchor")) for t in labels]
    assert len(set(rows)) == len(rows)


def test_a_label_at_the_right_edge_stands_left_of_its_line():
    _, svg = _drawn(_BARS, [Mark(4.9, "开学")])
    (label,) = [t for t in svg.iter("text") if "mark" in (t.get("class") or "").split()]
    assert label.get("text-anchor") == "end"


def test_a_period_that_stands_out_is_told_by_a_word_too():
    html, svg = _drawn([*_BARS, Bar("6月", 12, word="热点")])
    assert len([r for r in svg.iter("rect") if r.get("class") == "bar hot"]) == 1
    assert html.count("热点") >= 3


def test_no_style_attribute_is_written_since_the_policy_of_the_pages_forbids_it():
    html, _ = _drawn(_BARS, [Mark(1, "撤桶")])
    assert "style=" not in html


def test_nothing_is_drawn_of_nothing():
    assert series_chart([], title="空") == ""


def test_the_same_series_gives_the_same_bytes():
    assert _drawn(_BARS)[0] == _drawn(_BARS)[0]
    assert WIDTH <= 360


def test_many_marks_make_room_instead_of_pressing_the_bars():
    crowd = [Mark(4.5 + i / 100, f"第{i}件事") for i in range(6)]
    (_, few), (_, many) = _drawn(_BARS, crowd[:2]), _drawn(_BARS, crowd)
    assert int(many.get("height")) > int(few.get("height"))
    assert len([t for t in many.iter("text") if "mark" in (t.get("class") or "").split()]) == 6


def test_a_spark_has_a_bar_for_each_value_and_says_them_aloud():
    svg = Xml.fromstring(str(spark([0, 2, 4], [False, False, True], title="0、2、4")))
    bars = list(svg.iter("rect"))
    assert [b.get("class") for b in bars] == ["bar none", "bar", "bar hot"]
    assert float(bars[2].get("height")) == pytest.approx(2 * float(bars[1].get("height")))
    assert svg.get("aria-label") == "0、2、4" and svg.get("role") == "img"
    assert str(spark([], [], title="空")).startswith("<svg")
