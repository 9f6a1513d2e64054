"""Stretches on a picture: coloured or hatched by verdict, plates beside them, the same in SVG and PNG."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from PIL import Image

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.hotspots import Verdict
from mapsvc.maps.picture import Stretch, street_picture
from mapsvc.maps.picture_parts import Area, Box, Line, Words
from mapsvc.maps.picture_stretches import hatching
from mapsvc.maps.picture_theme import theme_of
from mapsvc.operations.workspace import Workspace
from tests.maps.streets import CORNER

LON, LAT = CORNER


@pytest.fixture
def database_kind() -> str:
    """SQLite alone: a picture is the same over either."""
    return "sqlite"


def ring(n: int) -> tuple[tuple[float, float], ...]:
    """A stretch of some 25 by 15 metres, further east each time."""
    west, south = LON - 0.0008 + 0.00035 * n, LAT + 0.0001
    east, north = west + 0.00026, south + 0.00014
    return (west, south), (east, south), (east, north), (west, north), (west, south)


def drawn(workspace: Workspace, *stretches: Stretch, dark: bool = False):
    return street_picture(
        workspace, SYSTEM, (), center=CORNER, across_m=240, stretches=stretches, dark=dark, width_px=720, height_px=420
    )


@pytest.mark.parametrize("dark", [False, True])
def test_each_verdict_has_its_colour_and_what_is_usual_has_none(workspace: Workspace, dark: bool) -> None:
    theme = theme_of(None, dark=dark)
    said = [Stretch(ring(n), verdict, 5) for n, verdict in enumerate((Verdict.MUCH, Verdict.MORE, Verdict.SLIGHTLY))]
    plain = drawn(workspace, Stretch(ring(4), Verdict.USUAL, 5), dark=dark)
    fills = {p.fill for p in drawn(workspace, *said, dark=dark).parts if isinstance(p, Area)}
    assert {theme.stretch(name) for name in ("much", "more", "slightly")} <= fills
    assert not any(isinstance(p, Area) and p.opacity < 1 for p in plain.parts)


def test_what_cannot_be_said_is_hatched_within_its_outline(workspace: Workspace) -> None:
    hatch = theme_of(None, dark=False).stretch("hatch")
    lines = [p for p in drawn(workspace, Stretch(ring(0), Verdict.UNSURE, 3)).parts if isinstance(p, Line)]
    assert sum(line.stroke == hatch for line in lines) > 3


def test_where_less_was_reported_there_is_an_outline_and_no_colour(workspace: Workspace) -> None:
    parts = drawn(workspace, Stretch(ring(0), Verdict.FEWER, 2)).parts
    (outline,) = [p for p in parts if isinstance(p, Area) and p.dash == (3.0, 3.0)]
    assert outline.fill is None
    assert "2件" not in [p.text for p in parts if isinstance(p, Words)]


def test_hatching_fills_any_outline_evenly() -> None:
    outline = ((0.0, 0.0), (40.0, 0.0), (40.0, 20.0), (20.0, 20.0), (20.0, 40.0), (0.0, 40.0))
    found = hatching(outline, 10.0)
    levels = sorted({round(a[0] + a[1], 6) for a, _ in found})
    assert all(b - a == pytest.approx(10) for a, b in pairwise(levels))
    assert all(a[0] + a[1] == pytest.approx(b[0] + b[1]) for a, b in found)
    assert all(0 <= x <= 40 and 0 <= y <= 40 and not (x > 20.001 and y > 20.001) for pair in found for x, y in pair)


def test_plates_say_how_many_and_stand_beside_one_another(workspace: Workspace) -> None:
    picture = drawn(workspace, *(Stretch(ring(n), Verdict.MUCH, 10 + n) for n in range(4)))
    words = [p.text for p in picture.parts if isinstance(p, Words)]
    assert {"10件", "11件", "12件", "13件", "明显偏多"} <= set(words)
    plates = [p for p in picture.parts if isinstance(p, Box) and p.radius == 3]
    boxes = [(p.at[0], p.at[1], p.at[0] + p.wide, p.at[1] + p.high) for p in plates]
    for i, (a, b, c, d) in enumerate(boxes):
        assert all(c <= e or a >= g or d <= f or b >= h for e, f, g, h in boxes[i + 1 :])


def test_the_one_it_is_about_is_outlined_whatever_is_said_of_it(workspace: Workspace) -> None:
    ink = theme_of(None, dark=False).token("ink")
    parts = drawn(workspace, Stretch(ring(0), Verdict.USUAL, 0, is_main=True)).parts
    assert any(isinstance(p, Area) and p.stroke == ink and p.width == 3 for p in parts)


def test_a_street_shows_through_the_colour_in_both_files(workspace: Workspace) -> None:
    picture = drawn(workspace, Stretch(ring(0), Verdict.MUCH, 3))
    assert 'fill-opacity="0.85"' in picture.svg()
    image = Image.open(io.BytesIO(picture.png(1.0)))
    colours = {colour for _, colour in image.getcolors(1 << 20)}
    assert any(r < 170 and b > 130 and g < 120 for r, g, b in colours)
