"""Time and memory of importing 100,000 shop rows, against openpyxl's read_only read of the same file."""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.table import show

ROWS = 100_000
ROUNDS = 5
MOST_TIMES = 3.0
MOST_MB = 400
_TITLES = """
序号 商铺编号 店名(招牌) 地址(门牌) 业态 经营者 联系电话 户籍(本市/外来) 有学龄前子女
从业人数 营业面积(㎡) 包联网格员 状态 经度 纬度 坐标系 备注
"""
HEADER = _TITLES.split()
_NAMES = ("晨光", "康乐", "百顺", "宏运", "明珠", "七彩", "银杏", "新月", "好邻", "金穗", "瑞祥", "四季")
_TRADES = (("零售", "烟酒"), ("餐饮", "面馆"), ("生活服务", "理发"), ("建材五金", "五金"), ("汽修", "汽修"))
_WORKERS = ("小陈", "小李", "小周", "小吴", "小郑", "小沈")

# Each measurement is a process of its own: what one run leaves in memory does not count for the next.
_READ = """
import openpyxl
book = openpyxl.load_workbook(FILE, read_only=True, data_only=True)
rows = sum(1 for sheet in book for row in sheet.iter_rows(values_only=True))
"""
_IMPORT = """
import tempfile
from pathlib import Path
from mapsvc.config import Settings
from mapsvc.domain.actors import SYSTEM
from mapsvc.operations.imports import import_ledger
from mapsvc.operations.workspace import Workspace
with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
    ws = Workspace.open(Settings(data=Path(scratch) / "data"))
    began = time.perf_counter()
    report = import_ledger(ws, SYSTEM, Path(FILE), dry_run=DRY)
    rows = report.sheets["商铺底册"].added
    ended = time.perf_counter()
    ws.database.close()
"""
_WRAP = """
import json, resource, time
FILE, DRY = {file!r}, {dry!r}
began = time.perf_counter()
ended = None
{body}
s = (ended or time.perf_counter()) - began
print(json.dumps({{"s": s, "rows": rows, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}}))
"""


def make_workbook(file: Path, rows: int = ROWS) -> None:
    """Write a workbook with one sheet of made-up shops, the same every time; every ninth has a coordinate."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("商铺底册")
    sheet.append(["商铺底册(测速用,均为虚构)"])
    sheet.append(HEADER)
    for n in range(rows):
        trade, what = _TRADES[n % len(_TRADES)]
        where = (121.4215 - n % 97 * 1e-5, 31.2489 + n % 97 * 2e-5, "WGS-84") if n % 9 == 0 else (None, None, None)
        address = f"岚皋路{n % 597 + 1}号{n % 40 + 1}室"
        who = ("王先生", f"139{n:08d}", "外来", "否", n % 9 + 1, 20 + n % 60, _WORKERS[n % 6], "营业")
        sheet.append([n + 1, f"CS{n:06d}", f"{_NAMES[n % 12]}{what}{n}", address, trade, *who, *where, None])
    book.save(file)


def measure(body: str, file: Path, *, dry: bool = False) -> dict[str, float]:
    """Seconds, rows and peak memory of a piece of Python in a process of its own."""
    code = _WRAP.format(file=str(file), dry=dry, body=body)
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Interleave reading and importing; print medians, ratios and peaks."""
    kinds = (("openpyxl read_only", _READ, False), ("import", _IMPORT, False), ("import --dry-run", _IMPORT, True))
    found: dict[str, list[dict[str, float]]] = {name: [] for name, _, _ in kinds}
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        file = Path(scratch) / "shops.xlsx"
        make_workbook(file)
        for _ in range(ROUNDS):
            for name, body, dry in kinds:
                found[name].append(measure(body, file, dry=dry))
    read_s = statistics.median(run["s"] for run in found["openpyxl read_only"])
    lines = []
    for name, runs in found.items():
        seconds = [run["s"] for run in runs]
        median = statistics.median(seconds)
        limits = ("", "") if name == "openpyxl read_only" else (f"{MOST_TIMES:.1f}", str(MOST_MB))
        lines.append(
            (
                name,
                f"{median:.2f}",
                f"{min(seconds):.2f}",
                f"{max(seconds):.2f}",
                f"{median / read_s:.2f}",
                limits[0],
                f"{max(run['mb'] for run in runs):.0f}",
                limits[1],
                f"{runs[0]['rows']:,.0f}",
            )
        )
    columns = ("what", "median s", "least s", "most s", "times", "at most", "peak MB", "below", "rows")
    show(f"Import of {ROWS:,} shop rows x {len(HEADER)} columns: median of {ROUNDS}, interleaved", columns, lines)


if __name__ == "__main__":
    main()
