"""Files of reports as other cities make them: whatever can be read is read, the rest is named by its line."""

from datetime import date
from pathlib import Path

import pytest

from mapsvc.errors import Malformed, MapsvcError, Refused
from mapsvc.ledger.report_files import ReportTable, label_of, read_reports
from mapsvc.ledger.report_moments import is_day_first, moment

HEAD = "opened,lat,lon,group"
DAY = date(2015, 3, 4).toordinal()


def read(tmp_path: Path, content: str | bytes, **asked: object) -> ReportTable:
    file = tmp_path / "reports.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_reports(file, **asked)  # type: ignore[arg-type]


def plain(*rows: str) -> str:
    """A file with three good rows and these."""
    good = [f"2015-03-0{n},42.35{n},-71.06{n},trash" for n in (1, 2, 3)]
    return "\n".join([HEAD, *good, *rows]) + "\n"


@pytest.mark.parametrize(
    "written",
    [
        "2015-03-04T10:37", "2015-03-04 10:37:00", "2015-03-04T10:37:00.000Z", "2015/3/4 10:37", "2015.03.04 10:37",
        "3/4/2015 10:37", "03/04/2015 10:37:00 AM", "3/4/15 10:37", "2015年3月4日 10:37", "2015年3月4日10时37分",
        "04-Mar-2015 10:37", "4 March 2015 10:37", "Mar 4, 2015 10:37 AM", "Wed, 04 Mar 2015 10:37:00 GMT",
        "20150304 10:37", "20150304T10:37", "1425465420", "1425465420000", "42067.442361",
    ],
)  # fmt: skip
def test_a_moment_is_read_however_it_is_written(written: str) -> None:
    found = moment(written, day_first=False)
    assert found is not None
    assert (found[0], found[1] // 60) == (DAY, 10 * 60 + 37)


@pytest.mark.parametrize("written", ["", "昨天", "2015-02-30", "13/13/2015", "2015-3", "12:30", "N/A", "0000-00-00"])
def test_what_is_no_date_is_none(written: str) -> None:
    assert moment(written, day_first=False) is None


def test_noon_and_midnight_of_twelve_hours_are_told_apart() -> None:
    assert [moment(f"3/4/2015 12:05 {half}", False) for half in ("AM", "PM")] == [(DAY, 300), (DAY, 43_500)]


def test_which_way_round_slashes_go_is_told_by_a_number_above_twelve() -> None:
    assert is_day_first(["01/02/2015", "25/02/2015"]) is True
    assert is_day_first(["01/02/2015", "02/25/2015"]) is False
    assert is_day_first(["01/02/2015", "2015-02-25"]) is None


def test_days_first_are_said(tmp_path: Path) -> None:
    rows = "\n".join(f"{n}/03/2015,42.35,-71.06" for n in (4, 13, 14))
    table = read(tmp_path, f"date,lat,lon\n{rows}\n")
    assert table.day.tolist() == [DAY, DAY + 9, DAY + 10]
    assert any("日/月/年" in note for note in table.notes)


@pytest.mark.parametrize(
    "head",
    [
        "opened,lat,lon,group", "OPENED,LATITUDE,LONGITUDE,GROUP", " Created Date , Latitude,Longitude ,Complaint Type",
        "open_dt;lat;lng;category", "上报时间,纬度,经度,问题类别", "Created_At\tY\tX\tType",
        '"Date Opened","GPS_Lat","GPS_Lon","Service Name"', "ADDDATE,SITE_LATITUDE,SITE_LONGITUDE,SERVICETYPEDESC",
        "工单派发时间,点位纬度,点位经度,问题小类类型",
    ],
)  # fmt: skip
def test_titles_are_known_in_any_case_and_by_other_names(tmp_path: Path, head: str) -> None:
    delimiter = next(mark for mark in ";\t," if mark in head)
    rows = [delimiter.join((f"2015-03-0{n}", f"42.35{n}", f"-71.06{n}", "trash")) for n in (1, 2)]
    table = read(tmp_path, "\n".join([head, *rows]))
    assert (table.lat.tolist(), table.lon.tolist()) == ([42.351, 42.352], [-71.061, -71.062])
    assert table.labels == ("trash",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_told_apart(tmp_path: Path, encoding: str) -> None:
    text = "上报时间,纬度,经度,类别\n2026-03-04,31.25,121.42,暴露垃圾\n2026-03-05,31.25,121.42,占道经营\n"
    assert read(tmp_path, text.encode(encoding)).labels == ("暴露垃圾", "占道经营")


def test_a_title_row_and_blank_lines_above_the_header_are_passed_over(tmp_path: Path) -> None:
    table = read(tmp_path, f"2015年投诉\n\n{plain()}\n,,,\n")
    assert table.line.tolist() == [4, 5, 6]
    assert table.read == 3


def test_both_numbers_may_stand_in_one_cell(tmp_path: Path) -> None:
    rows = '2015-03-04,"(42.35, -71.06)"\n2015-03-05,POINT (-71.06 42.35)\n'
    table = read(tmp_path, f"opened,location\n{rows}")
    assert (table.lat.tolist(), table.lon.tolist()) == ([42.35, 42.35], [-71.06, -71.06])


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("soon,42.35,-71.06,trash", "bad_date"), (",42.35,-71.06,trash", "no_date"),
        ("2015-03-04,,,trash", "no_position"), ("2015-03-04,north,-71.06,trash", "bad_position"),
        ("2015-03-04", "no_position"), ("2015-03-04,0,0,trash", "zero_position"),
        ("2015-03-04,236901.1,899811.9,trash", "out_of_range"), ("2015-03-04,51.5,-0.1,trash", "far_away"),
        ("2015-03-04,nan,inf,trash", "bad_position"), ("1899-12-31,42.35,-71.06,trash", "odd_date"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_named_by_its_line(tmp_path: Path, row: str, code: str) -> None:
    table = read(tmp_path, plain(row))
    assert table.left_out == {code: 1}
    assert (table.problems[0].row, table.problems[0].code) == (5, code)
    assert len(table.day) == 3
    assert table.read == 4


def test_a_few_swapped_positions_are_turned_round_and_said(tmp_path: Path) -> None:
    table = read(tmp_path, plain("2015-03-04,-71.061,42.351,trash"))
    assert (table.lat[3], table.lon[3]) == (42.351, -71.061)
    assert any("1行经纬度写反了" in note for note in table.notes)


def test_a_whole_file_with_swapped_columns_is_turned_round_and_said(tmp_path: Path) -> None:
    table = read(tmp_path, "opened,lat,lon\n2026-03-04,121.42,31.25\n2026-03-05,121.43,31.26\n")
    assert table.lat.tolist() == [31.25, 31.26]
    assert any("两列写反了" in note for note in table.notes)


def test_rows_that_are_the_same_to_the_letter_are_said_and_counted(tmp_path: Path) -> None:
    row = "2015-03-04,42.35,-71.06,trash"
    table = read(tmp_path, plain(row, row, row))
    assert len(table.day) == 6
    assert any("2行和别的行一字不差" in note for note in table.notes)


def test_the_group_that_is_asked_for_picks_its_column(tmp_path: Path) -> None:
    text = "opened,lat,lon,type,reason\n2015-03-04,42.35,-71.06,Missed Trash,Sanitation\n"
    assert read(tmp_path, text).columns["group"] == "type"
    assert read(tmp_path, text, group="sanitation").columns["group"] == "reason"
    assert label_of(("Trash ", "Graffiti"), "ＴＲＡＳＨ") == 0


def test_a_study_area_needs_no_days(tmp_path: Path) -> None:
    table = read(tmp_path, "LATITUDE,LONGITUDE\n42.35,-71.06\n42.36,-71.07\n", wants_days=False)
    assert len(table.lat) == 2


@pytest.mark.parametrize(
    ("content", "error", "word"),
    [
        (b"", Refused, "空"), (b"a,b,c\n1,2,3\n", Refused, "表头"), (b"opened,lat\n2015-03-04,42\n", Refused, "表头"),
        (b"opened,lat,lon\n", Refused, "没有一行"), (b"opened,lat,lon\nx,y,z\n", Refused, "第2行"),
        (b"PK\x03\x04rest", Malformed, "csv"), (b"\x00\x01\x02", Refused, "表头"),
    ],
)  # fmt: skip
def test_a_file_that_is_of_no_use_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes, error: type[MapsvcError], word: str
) -> None:
    with pytest.raises(error, match=word):
        read(tmp_path, content)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"nowhere\.csv"):
        read_reports(tmp_path / "nowhere.csv")


@pytest.mark.parametrize(
    "head", ["ADDDATE,SITE_LATITUDE,SITE_LONGITUDE,SERVICETYPEDESC", "工单派发时间,点位纬度,点位经度,小类类型"]
)
def test_titles_nobody_has_seen_are_told_by_what_they_hold(tmp_path: Path, head: str) -> None:
    table = read(tmp_path, f"RESOLUTIONDATE,{head}\n2016-01-01,2015-03-04,42.35,-71.06,trash\n")
    assert (table.day.tolist(), table.lat.tolist(), table.labels) == ([DAY], [42.35], ("trash",))
