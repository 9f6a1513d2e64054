"""Pictures of the street: shapes, rings, labels that do not cover each other, the same bytes each time."""

import io
import re
from itertools import combinations
from xml.etree import ElementTree as Xml

import pytest
from PIL import Image

from mapsvc.domain.actors import SYSTEM
from mapsvc.maps.kinds import SHAPES
from mapsvc.maps.picture import Mark, MarkForm, Picture, street_picture
from mapsvc.maps.picture_fonts import drawable
from mapsvc.maps.picture_outlines import outline
from mapsvc.maps.picture_parts import Words
from mapsvc.maps.picture_theme import TOKENS
from mapsvc.maps.picture_view import box_of
from mapsvc.operations.workspace import Workspace
from mapsvc.paths import shipped
from tests.maps.streets import CORNER, add_shop

LON, LAT = CORNER
LEAK = Mark("case", LON, LAT, kind="L0001", label="27号 锦云家纺", is_main=True)
AROUND = [
    LEAK,
    Mark("committee", LON - 0.0006, LAT + 0.0006, MarkForm.UNIT, "兰凤新村居委会", sign="居"),
    Mark("property", LON - 0.0002, LAT - 0.0006, MarkForm.UNIT, "兰凤物业", sign="物"),
    Mark("corner", LON + 0.0004, LAT, MarkForm.PLACE, "橙子公寓门口"),
]
LINKS = [("case", "committee"), ("case", "property")]


@pytest.fixture
def database_kind() -> str:
    """SQLite alone: a picture is the same over either."""
    return "sqlite"


def near(workspace: Workspace, marks: list[Mark], **given: object) -> Picture:
    return street_picture(workspace, SYSTEM, marks, center=CORNER, across_m=320, **given)  # type: ignore[arg-type]


def words(picture: Picture) -> list[Words]:
    return [part for part in picture.parts if isinstance(part, Words)]


def test_a_case_with_its_units_is_drawn_and_named(workspace: Workspace) -> None:
    picture = near(workspace, AROUND, links=LINKS, alt="27号一带")
    svg = Xml.fromstring(picture.svg())
    shown = [text.text for text in svg.iter() if text.tag.endswith("text")]
    assert {"27号 锦云家纺", "兰凤新村居委会", "兰凤物业", "橙子公寓门口", "居", "物"} <= set(shown)
    assert svg.get("aria-label") == "27号一带"
    assert sum("stroke-dasharray" in line.attrib for line in svg.iter() if line.tag.endswith("polyline")) >= len(LINKS)
    assert any("OpenStreetMap contributors" in (text or "") for text in shown)
    assert any(re.fullmatch(r"\d+ 米", text or "") for text in shown)


def test_labels_cover_neither_each_other_nor_street_names(workspace: Workspace) -> None:
    spots = [(LON + 0.0001 * (n % 5), LAT + 0.00008 * (n // 5)) for n in range(30)]
    marks = [Mark(f"shop-{n}", lon, lat, MarkForm.SHOP, f"{n}号第{n}家店") for n, (lon, lat) in enumerate(spots)]
    boxes = [box_of(one.at, one.text, one.size) for one in words(near(workspace, marks)) if one.size == 13]
    assert len(boxes) > 3
    for (a, b, c, d), (e, f, g, h) in combinations(boxes, 2):
        assert c <= e or a >= g or d <= f or b >= h


def test_many_issues_at_one_spot_become_a_number(workspace: Workspace) -> None:
    marks = [Mark(f"issue-{n}", LON, LAT, kind="06010") for n in range(7)]
    assert "7" in [one.text for one in words(near(workspace, marks))]


def test_few_issues_at_one_spot_stand_side_by_side(workspace: Workspace) -> None:
    picture = near(workspace, [Mark(f"issue-{n}", LON, LAT, kind="06010") for n in range(3)])
    assert not [one for one in words(picture) if one.text == "3"]
    assert picture.svg().count("<circle") > near(workspace, []).svg().count("<circle")


def test_a_name_that_looks_like_markup_stays_text(workspace: Workspace) -> None:
    svg = near(workspace, [Mark("x", LON, LAT, label="<script>alert(1)</script>", is_main=True)]).svg()
    assert "<script" not in svg
    Xml.fromstring(svg)


def test_the_same_marks_give_the_same_bytes(workspace: Workspace) -> None:
    add_shop(workspace, 1)
    first, again = (near(workspace, list(order), links=LINKS) for order in (AROUND, AROUND[::-1]))
    assert first.svg() == again.svg()
    assert first.png() == again.png()


@pytest.mark.parametrize("dark", [False, True])
def test_the_png_shows_what_the_svg_says(workspace: Workspace, dark: bool) -> None:
    picture = near(workspace, AROUND, dark=dark, width_px=360, height_px=300)
    with Image.open(io.BytesIO(picture.png(scale=2))) as image:
        assert image.size == (720, 600)
        colours = {colour for _, colour in image.getcolors(1 << 20) or []}
    blue = (0x4F, 0xB0, 0xEE) if dark else (0x00, 0x72, 0xB2)
    assert blue in colours
    assert tuple(bytes.fromhex(TOKENS["land"][dark][1:])) in colours


def test_without_marks_the_block_itself_is_shown(workspace: Workspace) -> None:
    named = "".join(one.text for one in words(street_picture(workspace, SYSTEM, [])))
    assert "岚" in named


def test_the_font_has_the_characters_of_the_street() -> None:
    assert all(drawable(c) == c for c in "岚皋西路石泉兰凤橙子公寓０12（），。：？！“”·©→—①")
    assert drawable("\U000f0000") == "□"


def test_the_colours_are_those_of_the_pages() -> None:
    css = (shipped("static") / "app/css/tokens.css").read_text(encoding="utf-8")
    light, dark = css.split("@media", 1)
    for name, pair in TOKENS.items():
        for text, ours in zip((light, dark), pair, strict=True):
            found = re.search(rf"--{name}: (#\w+);", text)
            assert found
            full = found[1] if len(found[1]) > 4 else "#" + "".join(c * 2 for c in found[1][1:])
            assert full == ours, name


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_fills_its_circle(shape: str) -> None:
    points = outline(shape, (0.0, 0.0), 10.0)
    assert 8 < max(abs(v) for p in points for v in p) < 12.5
    assert len({(round(x, 6), round(y, 6)) for x, y in points}) >= 3
