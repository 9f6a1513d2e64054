"""Addresses: how people write them, and where they lie."""

import csv
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.errors import Broken, Refused
from mapsvc.geo.address_text import ParsedAddress
from mapsvc.geo.addresses import Gazetteer, parse_address
from mapsvc.geo.area import load_area
from mapsvc.geo.datum import check_coordinate
from mapsvc.geo.house_numbers import load_house_numbers
from mapsvc.geo.local import distance_m

DATA = Path(__file__).resolve().parents[1] / "data"
GAZETTEER = Gazetteer.load()
STREETS = {"岚皋路": 870, "岚皋西路": 380}


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("岚皋路236号", ParsedAddress("岚皋路", 236)),
        ("岚皋路１２１号", ParsedAddress("岚皋路", 121)),
        (" 岚皋西路 1 号 ", ParsedAddress("岚皋西路", 1)),
        ("上海市普陀区岚皋路236号", ParsedAddress("岚皋路", 236)),
        ("普陀区石泉路街道岚皋西路16号", ParsedAddress("岚皋西路", 16)),
        ("石泉路街道岚皋路236号", ParsedAddress("岚皋路", 236)),
        ("上海普陀岚皋路236号", ParsedAddress("岚皋路", 236)),
        ("岚皋路236", ParsedAddress("岚皋路", 236)),
        ("岚皋西路8-10号", ParsedAddress("岚皋西路", 8, 10)),
        ("岚皋西路153—155号", ParsedAddress("岚皋西路", 153, 155)),
        ("岚皋西路153~155号", ParsedAddress("岚皋西路", 153, 155)),
        ("岚皋路8号至10号", ParsedAddress("岚皋路", 8, 10)),
        ("岚皋路8、10号", ParsedAddress("岚皋路", 8, 10)),
        ("岚皋西路7号甲", ParsedAddress("岚皋西路", 7, suffix="甲")),
        ("岚皋西路7甲号", ParsedAddress("岚皋西路", 7, suffix="甲")),
        ("岚皋西路64号乙", ParsedAddress("岚皋西路", 64, suffix="乙")),
        ("岚皋路236号b", ParsedAddress("岚皋路", 236, suffix="B")),
        ("岚皋路27-1号", ParsedAddress("岚皋路", 27, suffix="-1")),
        ("岚皋西路14号底层", ParsedAddress("岚皋西路", 14, floor="底层")),
        ("岚皋路236号2楼", ParsedAddress("岚皋路", 236, floor="2楼")),
        ("岚皋路236号B座301室", ParsedAddress("岚皋路", 236, building="B", room="301")),
        ("岚皋路236弄", ParsedAddress("岚皋路", lane=236)),
        ("岚皋路236弄12支弄3号2幢301室", ParsedAddress("岚皋路", 3, lane=236, sub_lane=12, building="2", room="301")),
        ("岚皋路433弄5号2单元602室", ParsedAddress("岚皋路", 5, lane=433, unit="2", room="602")),
        ("岚皋路433弄充电棚", ParsedAddress("岚皋路", lane=433, remainder="充电棚")),
        ("岚皋西路145弄口", ParsedAddress("岚皋西路", lane=145, remainder="口")),
        ("岚皋路251号菜场门口", ParsedAddress("岚皋路", 251, remainder="菜场门口")),
        ("岚皋路236号(橙子公寓)", ParsedAddress("岚皋路", 236, remainder="橙子公寓")),
        ("兰田小区岚皋路236号", ParsedAddress("岚皋路", 236)),
        ("洵阳路3号", ParsedAddress("旬阳路", 3)),
        ("旬阳路3号", ParsedAddress("旬阳路", 3)),
        ("岚皋路岚皋西路口", ParsedAddress("岚皋路", crossing="岚皋西路")),
        ("岚皋路与石泉路交叉口", ParsedAddress("岚皋路", crossing="石泉路")),
        ("岚皋西路、岚皋路路口东侧", ParsedAddress("岚皋西路", crossing="岚皋路", remainder="东侧")),
        ("岚皋路", ParsedAddress("岚皋路")),
    ],
)
def test_an_address_is_read_however_it_is_written(text, parsed):
    assert parse_address(text) == parsed


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("普陀区岚皋西路８－１０号", "岚皋西路8-10号"),
        ("岚皋西路7甲号", "岚皋西路7号甲"),
        ("岚皋路236弄12支弄3号", "岚皋路236弄12支弄3号"),
        ("岚皋路27-1号", "岚皋路27-1号"),
        ("岚皋路和石泉路路口", "岚皋路石泉路口"),
    ],
)
def test_the_plain_form_is_the_same_for_all_spellings(text, label):
    assert parse_address(text).label == label


PLAIN = st.builds(
    ParsedAddress,
    street=st.sampled_from(sorted(STREETS)),
    number=st.integers(1, 999),
    suffix=st.sampled_from(["", "甲", "乙"]),
    floor=st.sampled_from(["", "底层"]),
)


@given(PLAIN)
def test_what_is_written_plainly_is_read_back(written):
    parsed = parse_address(f"上海市普陀区 {written.street}{written.number}号{written.suffix}{written.floor}")
    assert parsed == written
    assert parse_address(parsed.label).label == parsed.label


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_in_chinese(text):
    try:
        parsed = parse_address(text)
    except Refused as refused:
        assert refused.message
        assert refused.problems[0].field == "地址"
    else:
        assert parsed.street


PIECES = ["岚皋路", "石泉路", "236", "8-10", "号", "弄", "甲", "底层", "室", "口", "(", " ", "-", "0", "幢"]


@given(st.lists(st.sampled_from(PIECES)))
def test_pieces_of_addresses_in_any_order_are_located_or_refused(pieces):
    try:
        found = GAZETTEER.locate("".join(pieces))
    except Refused as refused:
        assert refused.message
    else:
        assert load_area().bounds.grown(500).contains(found.lon, found.lat)


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("兰田路口", "unknown_street", "兰田路"),
        ("岚高路3号", "unknown_street", "岚皋路"),
        ("南高西路3号", "unknown_street", "岚皋西路"),
        ("东岚皋路12号", "unknown_street", "东岚皋路"),
        ("旬洋路5号", "unknown_street", "旬阳路"),
        ("橙子公寓旁空地", "no_street", "路名"),
        ("不详", "no_street", "路名"),
        ("", "no_address", "路名和门牌号"),
        ("岚皋路" * 100, "no_address", "200个字"),
        ("岚皋路", "no_number", "门牌号"),
        ("岚皋路0号", "no_number", "0号"),
        ("石泉路88号", "no_house_numbers", "石泉路"),
        ("岚皋路9999号", "number_out_of_range", "9999号"),
        ("岚皋路光新路口", "no_crossing", "不相交"),
    ],
)
def test_an_address_that_cannot_be_placed_says_what_to_do(text, code, says):
    with pytest.raises(Refused) as refused:
        GAZETTEER.locate(text)
    assert refused.value.code == code
    assert says in refused.value.message


def test_every_known_house_number_is_met_to_one_metre_along_the_street():
    with (DATA / "facts/house_numbers.csv").open(encoding="utf-8-sig", newline="") as file:
        facts = list(csv.DictReader(file))
    assert len(facts) == 13
    for row in facts:
        found = GAZETTEER.locate(f"{row['street']}{row['house_number']}号")
        street = GAZETTEER.street(row["street"])
        assert found.chainage_m == pytest.approx(float(row["chainage_m"]), abs=0.001)
        assert street.project(found.lon, found.lat).chainage_m == pytest.approx(float(row["chainage_m"]), abs=1.0)
        assert not found.extrapolated


def test_shops_with_a_usable_coordinate_lie_within_30_metres_of_their_address():
    book = openpyxl.load_workbook(DATA / "ledger/lantian_ledger.xlsx", read_only=True, data_only=True)
    rows = list(book["商铺底册"].iter_rows(values_only=True))
    book.close()
    header = {name: i for i, name in enumerate(rows[1])}
    misses = []
    for row in rows[2:]:
        x, y, datum = row[header["经度"]], row[header["纬度"]], row[header["坐标系"]]
        if not isinstance(x, int | float):
            continue
        check = check_coordinate(x, y, datum, load_area().bounds)
        if check.lon is not None and check.lat is not None:
            found = GAZETTEER.locate(row[header["地址(门牌)"]])
            misses.append(distance_m(check.lon, check.lat, found.lon, found.lat))
    assert len(misses) == 26
    assert sum(miss <= 30 for miss in misses) >= 25


def test_odd_numbers_stand_on_the_side_the_facts_name():
    for street, odd in (("岚皋路", "left"), ("岚皋西路", "right")):
        for number in range(1, 330):
            found = GAZETTEER.locate(f"{street}{number}号")
            foot = GAZETTEER.street(street).project(found.lon, found.lat)
            assert found.side == ("odd" if number % 2 else "even")
            assert (foot.side == odd) == (number % 2 == 1)


@given(st.sampled_from(sorted(STREETS)), st.integers(1, 850))
def test_a_door_stands_half_a_street_off_the_line_and_numbers_rise_along_it(street, number):
    number = min(number, STREETS[street] - 2)
    line = GAZETTEER.street(street)
    here, next_door = GAZETTEER.locate(f"{street}{number}号"), GAZETTEER.locate(f"{street}{number + 2}号")
    middle = line.point_at(here.chainage_m)
    assert distance_m(middle.lon, middle.lat, here.lon, here.lat) == pytest.approx(line.width_m / 2, abs=0.001)
    assert here.chainage_m < next_door.chainage_m
    assert here.side == next_door.side


def test_beyond_the_known_numbers_the_last_slope_goes_on_and_is_said():
    found = GAZETTEER.locate("岚皋路591号")
    assert found.chainage_m == pytest.approx(1270 + (591 - 555) * (1270 - 1110) / (555 - 433))
    assert found.extrapolated
    assert "555号" in found.note
    assert found.error_m > GAZETTEER.locate("岚皋路555号").error_m


def test_before_the_first_known_number_it_runs_down_to_the_corner_and_is_said():
    found = GAZETTEER.locate("岚皋西路27号")
    assert found.chainage_m == pytest.approx(27)
    assert found.extrapolated
    assert "45号" in found.note


def test_a_known_number_has_only_the_streets_own_error():
    assert GAZETTEER.locate("岚皋路300号").error_m == 60
    assert GAZETTEER.locate("岚皋西路145弄").error_m == 40
    assert GAZETTEER.locate("岚皋路276号").error_m > 60


def test_a_range_lies_in_the_middle_of_its_numbers():
    ends = [GAZETTEER.locate(f"岚皋路{n}号").chainage_m for n in (54, 56)]
    assert GAZETTEER.locate("岚皋路54-56号").chainage_m == pytest.approx(sum(ends) / 2)


def test_a_lane_lies_where_its_number_stands_on_the_street():
    assert GAZETTEER.locate("岚皋路433弄5号602室")[:2] == GAZETTEER.locate("岚皋路433号")[:2]


def test_a_crossing_is_where_the_streets_meet_in_either_order():
    one, two = GAZETTEER.locate("岚皋路岚皋西路口"), GAZETTEER.locate("岚皋西路岚皋路口")
    assert (one.lon, one.lat) == (two.lon, two.lat) == pytest.approx((121.42085, 31.25005), abs=1e-6)
    assert (one.house_number, one.side, one.error_m) == (None, "", 60)


@given(st.sampled_from(sorted(STREETS)), st.integers(1, 340))
def test_the_nearest_address_of_a_door_is_its_own(street, number):
    if street == "岚皋路" and 146 <= number <= 156 and number % 2:
        return  # The mouth of 岚皋西路: the other street is nearer there.
    found = GAZETTEER.locate(f"{street}{number}号")
    near = GAZETTEER.nearest_address(found.lon, found.lat)
    assert near is not None and near.house_number is not None
    if near.street == street:
        assert near.side == found.side
        assert abs(near.house_number - number) <= 4
    else:
        # Within the first metres of 岚皋西路 both streets are near.
        assert near.distance_m <= 10


def test_the_nearest_address_makes_a_label_and_far_away_there_is_none():
    near = GAZETTEER.nearest_address(121.41990, 31.25158)
    assert near is not None
    assert near.label == "岚皋路236号附近"
    near = GAZETTEER.nearest_address(121.4245, 31.2540)
    assert near is not None
    assert (near.label, near.house_number) == ("石泉路附近", None)
    assert GAZETTEER.nearest_address(121.30, 31.40) is None


def test_a_hundred_thousand_places_are_asked_of_few_computations():
    gazetteer = Gazetteer.load()
    for _ in range(3):
        for number in range(1, 200):
            gazetteer.locate(f"岚皋路{number}号底层")
    info = gazetteer._locate_number.cache_info()
    assert (info.misses, info.hits) == (199, 398)


def test_a_site_folder_overrides_one_file_and_leaves_the_other(tmp_path):
    text = "street,odd_side,house_number,chainage_m\n石泉路,left,100,500\n"
    (tmp_path / "house_numbers.csv").write_text(text, encoding="utf-8")
    gazetteer = Gazetteer.load(tmp_path)
    assert gazetteer.locate("石泉路88号").chainage_m == pytest.approx(440)
    assert len(gazetteer.streets) == 16


@pytest.mark.parametrize("rows", ["岚皋路,left,30,100\n岚皋路,left,40,90\n", "岚皋路,left,x,100\n"])
def test_a_table_of_numbers_that_does_not_rise_is_named(tmp_path, rows):
    (tmp_path / "house_numbers.csv").write_text("street,odd_side,house_number,chainage_m\n" + rows, encoding="utf-8")
    with pytest.raises(Broken):
        load_house_numbers(tmp_path / "house_numbers.csv")
