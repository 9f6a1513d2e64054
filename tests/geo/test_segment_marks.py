"""A mark never lies on fewer than three doors: a short segment is drawn out to its neighbours' nearest ones."""

from __future__ import annotations

import re

import pytest
import shapely

from mapsvc.domain.hotspots import LEAST_FRONTAGES
from mapsvc.geo.addresses import Gazetteer
from mapsvc.geo.segment_marks import segment_mark
from mapsvc.geo.segments import segments_of

GAZETTEER = Gazetteer.load()
SEGMENTS = segments_of(GAZETTEER.streets, GAZETTEER.numbers)
MARKS = {s.key: segment_mark(GAZETTEER.street(s.street), s, GAZETTEER.numbers[s.street]) for s in SEGMENTS}


def test_every_mark_covers_three_doors_and_says_which():
    for key, mark in MARKS.items():
        low, high = map(int, re.findall(r"(\d+)–(\d+)号", mark.label)[0])
        assert (high - low) // 2 + 1 == mark.frontages >= LEAST_FRONTAGES, key


def test_a_segment_with_doors_enough_is_its_own_mark():
    same = [s for s in SEGMENTS if MARKS[s.key].ring == s.ring]
    assert len(same) > len(SEGMENTS) / 2
    assert all(MARKS[s.key].label == s.label for s in same)


def test_the_corner_is_named_with_the_door_beside_it():
    assert MARKS["岚皋路/even/475"].label == "岚皋路232–236号"


def test_a_mark_holds_its_segment_and_stays_on_its_side():
    for segment in SEGMENTS:
        own, mark = shapely.Polygon(segment.ring), shapely.Polygon(MARKS[segment.key].ring)
        assert mark.is_valid
        assert own.difference(mark).area <= own.area * 1e-3, segment.key
        others = [s for s in SEGMENTS if s.street == segment.street and s.side != segment.side]
        assert sum(mark.intersection(shapely.Polygon(s.ring)).area for s in others) <= own.area * 1e-2


@pytest.mark.parametrize("key", ["岚皋路/odd/550", "岚皋路/even/500"])
def test_a_mark_is_drawn_out_no_further_than_it_must(key: str):
    segment = next(s for s in SEGMENTS if s.key == key)
    assert shapely.Polygon(MARKS[key].ring).area < 3.2 * shapely.Polygon(segment.ring).area
