"""`mapsvc backtest`: figures of both ways of counting, every row accounted for, refusals that say what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from mapsvc.cli.common import Office
from mapsvc.cli.entry import mapsvc as program
from mapsvc.errors import MapsvcError, Refused, Usage

MAKE = Callable[..., Path]


def rows_of(n: int = 600, days: int = 365, seed: int = 1) -> list[tuple[str, float, float, str]]:
    """A town: half of the trash at ten corners, everything else anywhere."""
    rng = np.random.default_rng(seed)
    corners = rng.uniform(-0.02, 0.02, (10, 2))
    rows = []
    for i in range(n):
        at = datetime(2015, 1, 1) + timedelta(minutes=int(rng.integers(0, days * 1440)))
        is_corner = i % 4 < 2
        north, east = corners[rng.integers(10)] + rng.normal(0, 2e-4, 2) if is_corner else rng.uniform(-0.03, 0.03, 2)
        group = "trash" if is_corner or i % 4 == 2 else "noise"
        rows.append((at.isoformat(timespec="minutes"), round(42.3 + north, 5), round(-71.1 + east, 5), group))
    return rows


@pytest.fixture
def made(tmp_path: Path) -> MAKE:
    def make(rows: list[tuple[str, float, float, str]], name: str = "town.csv") -> Path:
        file = tmp_path / name
        lines = [",".join(map(str, row)) for row in rows]
        file.write_text("\n".join(["opened,lat,lon,group", *lines]) + "\n", encoding="utf-8")
        return file

    return make


def run(*args: object) -> Result:
    return CliRunner().invoke(program, ["--json", "backtest", *map(str, args)], obj=Office())


def told(*args: object) -> dict[str, object]:
    done = run(*args)
    assert done.exception is None, done.exception
    found: dict[str, object] = json.loads(done.stdout)
    return found


def refusal(*args: object) -> MapsvcError:
    error = run(*args).exception
    assert isinstance(error, MapsvcError), error
    return error


def test_each_method_has_its_figures_at_each_share(made: MAKE) -> None:
    found = told(made(rows_of()), "--group", "trash", "--seed", 3)
    assert {"method", "window", "n", "seed", "cells", "read", "raw", "episodes"} <= found.keys()
    assert found["seed"] == 3
    assert found["window"]["tests"][0] == "2015-06-26"
    for counted in ("raw", "episodes"):
        methods = found[counted]["methods"]
        assert [m["method"] for m in methods][0::7] == ["priority", "perfect"]
        for method in methods:
            assert [area["share"] for area in method["areas"]] == [0.01, 0.02, 0.05]
            assert all(a["hit_rate_interval"][0] <= a["hit_rate"] <= a["hit_rate_interval"][1] for a in method["areas"])


def test_every_row_is_in_one_place(made: MAKE) -> None:
    rows = [*rows_of(), ("soon", 42.3, -71.1, "trash"), ("2015-03-04", 0.0, 0.0, "trash")]
    read = told(made(rows), "--group", "trash")["read"]
    left_out = sum(read["left_out"].values())
    assert read["rows"] == len(rows)
    assert read["rows"] == left_out + read["other_groups"] + read["placeholders"] + read["outside"] + read["used"]
    assert {p["row"] for p in read["problems"]} == {len(rows), len(rows) + 1}


def test_corners_are_found_where_there_are_some(made: MAKE) -> None:
    methods = told(made(rows_of(1500)), "--group", "trash")["raw"]["methods"]
    assert methods[0]["areas"][1]["pai"] > 8


def test_the_order_of_the_rows_changes_nothing(made: MAKE) -> None:
    rows = rows_of()
    assert told(made(rows[::-1]))["raw"] == told(made(rows))["raw"]


def test_a_named_plane_gives_nearly_the_same(made: MAKE) -> None:
    file = made(rows_of(1500))
    own, named = (told(file, "--group", "trash", *more) for more in ((), ("--crs", "EPSG:26986")))
    pai = [found["raw"]["methods"][0]["areas"][2]["pai"] for found in (own, named)]
    assert pai[0] == pytest.approx(pai[1], rel=0.15)


def test_a_study_area_says_which_cells_count(made: MAKE, tmp_path: Path) -> None:
    rows = rows_of()
    area = tmp_path / "area.csv"
    area.write_text("LAT,LNG\n" + "".join(f"{lat},{lon}\n" for _, lat, lon, _ in rows[:200]), encoding="utf-8")
    found = told(made(rows), "--study-area", area)
    assert found["read"]["study_area"]["rows"] == 200
    assert found["read"]["outside"] > 0
    assert found["cells"] <= 200


def test_without_groups_all_rows_go_together(tmp_path: Path) -> None:
    file = tmp_path / "bare.csv"
    lines = [f"{day},{lat},{lon}" for day, lat, lon, _ in rows_of()]
    file.write_text("\n".join(["date,latitude,longitude", *lines]), encoding="gb18030")
    assert told(file)["n"] > 100
    assert "没有分类的列" in str(refusal(file, "--group", "trash"))


def test_a_pile_on_a_coordinate_that_is_nobodys_place_is_set_aside_and_said(made: MAKE) -> None:
    rows = rows_of()
    pile = [(f"2015-{1 + i % 12:02d}-{1 + i % 28:02d}T08:0{i % 10}", 42.3, -71.1, f"g{i % 6}") for i in range(400)]
    file = made([*rows, *pile])
    done = run(file)
    found = json.loads(done.stdout)
    assert found["read"]["placeholders"] >= 400
    assert any("不是真地点" in note and "42.30000" in note for note in found["notes"])
    assert told(file, "--keep-placeholders")["read"]["placeholders"] == 0


def test_repeated_reports_are_one_trouble_in_the_second_count(made: MAKE) -> None:
    rows = rows_of(300)
    found = told(made([*rows, *rows, *rows]))
    assert found["read"]["episodes"] <= 300
    assert found["read"]["used"] > 2.5 * found["read"]["episodes"]


def test_years_of_data_are_tried_on_their_last_windows(made: MAKE) -> None:
    tests = told(made(rows_of(2000, days=1461)))["window"]["tests"]
    assert len(tests) == 6
    assert tests[0] > "2018-05-01"


def test_the_first_window_may_be_named(made: MAKE) -> None:
    assert told(made(rows_of()), "--from", "2015-09-01")["window"]["tests"][0] == "2015-09-01"


def test_for_a_person_it_begins_with_a_sentence_and_names_every_method(made: MAKE) -> None:
    done = CliRunner().invoke(program, ["backtest", str(made(rows_of()))], obj=Office())
    assert "如果每期只走2%的格子，能碰上其中" in done.stdout
    assert all(name in done.stdout for name in ("巡查优先级", "上一期", "全部历史", "热点图", "Gi*", "事后看最好"))
    assert "可以用 --group 只看一类" in done.stderr


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (("--group", "graffiti"), "trash"),
        (("--cell-m", "1"), "20到5000米"),
        (("--cell-m", "5000"), "调小"),
        (("--from", "2016-01-01"), "改早一些"),
        (("--study-area", "nowhere.csv"), "nowhere"),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_to_do(made: MAKE, more: tuple[str, ...], word: str) -> None:
    error = refusal(made(rows_of()), *more)
    assert isinstance(error, Refused)
    assert word in str(error)


def test_too_few_or_too_short_a_record_is_refused(made: MAKE) -> None:
    assert "至少要20件" in str(refusal(made(rows_of(60)), "--group", "noise"))
    assert "只有" in str(refusal(made(rows_of(400, days=80))))


def test_an_unknown_plane_is_wrong_usage(made: MAKE) -> None:
    assert isinstance(refusal(made(rows_of()), "--crs", "EPSG:4326"), Usage)
