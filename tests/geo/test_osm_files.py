"""Extracts of OpenStreetMap become streets to walk: what may be walked, how wide, on which level."""

import math
import sys
from pathlib import Path

import pytest

from mapsvc.errors import Malformed, Refused, Unsupported
from mapsvc.geo.osm_files import read_osm_streets
from mapsvc.geo.streets import Street
from mapsvc.geo.vector_files import read_streets

LON, LAT = 121.42, 31.245
STEP = 0.001


def osm(file: Path, ways: dict[str, tuple[list[tuple[int, int]], dict[str, str]]], lon: float = LON) -> Path:
    """An extract with ways over the points of a grid of about 100 m."""
    points = sorted({point for line, _ in ways.values() for point in line})
    number = {point: n for n, point in enumerate(points, start=1)}
    rows = [f'<node id="{number[x, y]}" version="1" lon="{lon + x * STEP:.7f}" lat="{LAT + y * STEP:.7f}"/>'
            for x, y in points]  # fmt: skip
    for n, (line, tags) in enumerate(ways.values(), start=1):
        said = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        rows.append(f'<way id="{n}" version="1">' + "".join(f'<nd ref="{number[p]}"/>' for p in line) + said + "</way>")
    file.write_text(f'<?xml version="1.0"?><osm version="0.6">{"".join(rows)}</osm>', encoding="utf-8")
    return file


def of(streets: tuple[Street, ...]) -> dict[str, Street]:
    """By name."""
    return {street.name: street for street in streets}


def way(name: str, highway: str, y: int, **more: str) -> tuple[list[tuple[int, int]], dict[str, str]]:
    """A straight way of its own."""
    return [(0, y), (3, y)], {"name": name, "highway": highway, **more}


def test_roads_and_paths_come_with_their_class_width_and_level(tmp_path: Path) -> None:
    ways = {
        "a": way("大路", "primary", 0, oneway="yes"),
        "b": way("小街", "residential", 1, width="9 m"),
        "c": way("弄堂", "living_street", 2),
        "d": way("天桥", "footway", 3, bridge="yes", layer="2"),
        "e": way("下穿", "tertiary", 4, tunnel="yes"),
        "f": way("台阶", "steps", 5),
        "g": ([(0, 6), (3, 6)], {"name": "铁路", "railway": "rail"}),
    }
    found = of(read_osm_streets(osm(tmp_path / "a.osm", ways)))
    told = {name: (s.kind, s.road, s.width_m, s.level) for name, s in found.items()}
    assert told == {
        "大路": ("road", "main", 30.0, 0),
        "小街": ("road", "street", 9.0, 0),
        "弄堂": ("road", "lane", 8.0, 0),
        "天桥": ("path", "", 3.0, 2),
        "下穿": ("road", "street", 17.0, -1),
        "台阶": ("path", "", 3.0, 0),
        "铁路": ("rail", "", 10.0, 0),
    }


@pytest.mark.parametrize(
    ("highway", "tags", "is_walked"),
    [
        ("motorway", {}, False),
        ("trunk", {"motorroad": "yes"}, False),
        ("residential", {"foot": "no"}, False),
        ("service", {"access": "private"}, False),
        ("service", {"access": "private", "foot": "yes"}, True),
        ("residential", {"oneway": "yes", "barrier": "gate"}, True),
        ("cycleway", {}, False),
        ("cycleway", {"foot": "designated"}, True),
        ("footway", {"footway": "sidewalk"}, False),
        ("footway", {"footway": "crossing"}, False),
        ("footway", {"access": "no"}, False),
        ("construction", {}, False),
    ],
)
def test_only_what_people_on_foot_may_use_is_taken(
    tmp_path: Path, highway: str, tags: dict[str, str], is_walked: bool
) -> None:
    ways = {"a": way("这条", highway, 0, **tags), "b": way("那条", "residential", 1)}
    assert ("这条" in of(read_osm_streets(osm(tmp_path / "a.osm", ways)))) == is_walked


def test_pieces_of_one_street_become_one_line_and_keep_their_length(tmp_path: Path) -> None:
    tags = {"name": "岚皋路", "highway": "tertiary"}
    ways = {"a": ([(0, 0), (0, 1)], tags), "b": ([(0, 2), (0, 1)], tags), "c": ([(0, 2), (0, 3), (1, 4)], tags)}
    (street,) = read_osm_streets(osm(tmp_path / "a.osm", ways))
    assert len(street.points) == 5
    assert street.length_m == pytest.approx(3 * 110.9 + math.hypot(110.9, 95.3), rel=0.01)


def test_what_lies_far_away_is_left_out_and_alone_is_refused_with_its_place(tmp_path: Path) -> None:
    ways = {"a": way("远路", "residential", 0)}
    with pytest.raises(Refused, match=r"122\.4200, 31\.2450") as refused:
        read_osm_streets(osm(tmp_path / "far.osm", ways, lon=122.42))
    assert refused.value.code == "far_away"


def test_a_file_without_anything_to_walk_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="没有能走的路"):
        read_osm_streets(osm(tmp_path / "a.osm", {"a": way("高速", "motorway", 0)}))


def test_a_broken_file_names_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "broken.osm"
    file.write_text('<?xml version="1.0"?>\n<osm version="0.6">\n<node id="1"\n</osm>', encoding="utf-8")
    with pytest.raises(Malformed, match="第4行"):
        read_osm_streets(file)
    (tmp_path / "broken.osm.pbf").write_bytes(b"no pbf at all")
    with pytest.raises(Malformed, match="读不出来"):
        read_osm_streets(tmp_path / "broken.osm.pbf")


def test_entities_of_xml_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("秘密", encoding="utf-8")
    file = osm(tmp_path / "a.osm", {"a": way("&x;", "residential", 0)})
    head = f'<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY x SYSTEM "{secret}">]>'
    file.write_text(file.read_text(encoding="utf-8").replace('<?xml version="1.0"?>', head), encoding="utf-8")
    with pytest.raises(Malformed):
        read_osm_streets(file)


def test_a_packed_extract_gives_the_same_streets(tmp_path: Path) -> None:
    import osmium

    text = osm(tmp_path / "a.osm", {"a": way("岚皋路", "primary", 0), "b": way("弄堂", "footway", 1)})
    with osmium.SimpleWriter(str(tmp_path / "a.osm.pbf")) as writer:
        for thing in osmium.FileProcessor(str(text)):
            writer.add(thing)
    assert read_streets(tmp_path / "a.osm.pbf") == read_streets(text)


def test_without_osmium_the_words_say_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "osmium", None)
    with pytest.raises(Unsupported, match=r"mapsvc\[osm\].*GeoJSON") as refused:
        read_osm_streets(osm(tmp_path / "a.osm", {"a": way("岚皋路", "primary", 0)}))
    assert refused.value.code == "no_osmium"
