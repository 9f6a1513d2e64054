"""`mapsvc import rainfall`: the object of the contract, a dry run writes nothing, a second run changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.server import mapsvc

COUNTS = {"read": 3, "added": 2, "updated": 0, "unchanged": 0, "rejected": 1, "conflicts": 0}


def test_rain_is_imported_once(tmp_path: Path) -> None:
    folder, file = tmp_path / "data", tmp_path / "rain.csv"
    file.write_bytes("日期,雨量mm\n2025-06-18,61.5\n2025-06-19,T\n2025-06-31,2\n".encode("gb18030"))
    run = ["--data", str(folder), "import", "rainfall", str(file), "--json"]
    assert json.loads(mapsvc(*run, "--dry-run").stdout)["sheets"] == {"雨量表": COUNTS}
    told = json.loads(mapsvc(*run).stdout)
    assert told["sheets"] == {"雨量表": COUNTS}
    assert [(p["sheet"], p["row"], p["column"], p["level"]) for p in told["problems"]] == [
        ("雨量表", 4, "日期", "error")
    ]
    assert json.loads(mapsvc(*run).stdout)["sheets"]["雨量表"] == COUNTS | {"added": 0, "unchanged": 2}


def test_another_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "rain.csv"
    file.write_text("店名,地址\n锦云家纺,27号\n", encoding="utf-8")
    done = mapsvc("--data", str(tmp_path / "data"), "import", "rainfall", str(file))
    assert done.returncode == 1 and "没有找到表头" in done.stderr
