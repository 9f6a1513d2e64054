"""A csv file of reports from anywhere: when, where, of which group; what could not be used is named by its line."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mapsvc.domain.ledger import Level, Problem
from mapsvc.errors import Malformed, Refused, TooLarge
from mapsvc.ledger.cells import narrow
from mapsvc.ledger.report_moments import is_day_first, moment
from mapsvc.ledger.report_places import Placed, place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Grouped = tuple[int | None, tuple[str, ...], NDArray[np.int64]]

OPENED, LAT, LON, GROUP, POINT = "opened", "lat", "lon", "group", "point"
MOST_BYTES = 4_000_000_000
MOST_ROWS = 10_000_000
SHOWN_PROBLEMS = 50
_SEARCHED_LINES = 30
_STEP = 1 << 20
_LONGEST_CELL = 10_000_000
_ODD_DAYS = 366
# The first that a header holds is taken, letter case, blanks and marks aside.
_ALIASES = {
    OPENED: (
        "opened", "openedat", "opendt", "opendate", "opendatetime", "dateopened", "openedtime", "openeddate", "created",
        "createdat", "createddate", "createdtime", "datecreated", "creationdate", "creationdatetime", "createdatetime",
        "createdate", "reported", "reportedat", "reporteddate", "reportdate", "datereported", "reportdatetime",
        "requested", "requesteddatetime", "requestedat", "requestdate", "requestdatetime", "daterequested", "received",
        "receivedat", "receiveddate", "datereceived", "submitted", "submittedat", "dateoccurred", "dateocc", "occurred",
        "occurreddate", "occurredon", "occurredondate", "incidentdate", "incidentdatetime", "happenedat", "timestamp",
        "datetime", "date", "time", "day", "上报时间", "上报日期", "发现时间", "发现日期", "发生时间", "发生日期",
        "受理时间", "受理日期", "登记时间", "登记日期", "创建时间", "来电时间", "投诉时间", "时间", "日期",
    ),
    LAT: (
        "lat", "latitude", "latdeg", "latwgs84", "wgs84lat", "latitudewgs84", "gpslat", "gpslatitude", "ylat", "laty",
        "latitudey", "pointy", "y", "纬度", "纬度wgs84", "wgs84纬度", "gps纬度",
    ),
    LON: (
        "lon", "lng", "long", "longitude", "londeg", "lonwgs84", "lngwgs84", "wgs84lon", "wgs84lng", "longitudewgs84",
        "gpslon", "gpslng", "gpslongitude", "xlon", "lonx", "longx", "longitudex", "pointx", "x", "经度", "经度wgs84",
        "wgs84经度", "gps经度",
    ),
    GROUP: (
        "group", "category", "kind", "问题类别", "类别", "问题类型", "类型", "分类", "大类", "type", "casetitle",
        "requesttype", "servicename", "servicerequesttype", "srtype", "complainttype", "issuetype", "casetype",
        "primarytype", "crimetype", "offense", "offence", "offensecodegroup", "problem", "reason", "subject",
        "description", "descriptor",
    ),
    POINT: (
        "location", "point", "latlon", "latlng", "latlong", "lonlat", "coordinates", "coordinate", "geocodedcolumn",
        "geolocation", "geom", "thegeom", "geometry", "position", "经纬度", "坐标", "位置",
    ),
}  # fmt: skip
# Where no title is known: what a title may well hold, and what shows that it is something else.
_NONE = re.compile(r"(?!)")
_LIKELY = {
    OPENED: (re.compile(r"date|time|日期|时间"), re.compile(r"clos|due|updat|resol|end|complet|结|止|限|更新|处置|办")),
    LAT: (re.compile(r"latitude|^lat|lat$|纬度"), _NONE),
    LON: (re.compile(r"longitude|^lon|^lng|lon$|lng$|经度"), _NONE),
    GROUP: (re.compile(r"type|categ|group|kind|类别|类型|分类"), _NONE),
}


@dataclass(frozen=True)
class ReportTable:
    """The usable reports of a file as columns of shape (n,), and what became of the rest.

    Attributes
    ----------
    line : int array
        Line of the file each stands in.
    day : int array
        Day number; zeros where no days were asked for.
    second : int array
        Seconds since day 0.
    lon, lat : arrays
        WGS-84 degrees.
    group : int array
        Index into `labels`; -1 where the file has none.
    columns : dict
        Which title was taken for what.
    read : int
        Rows that held anything.
    left_out : dict of str to int
        Rows that could not be used, by code.
    problems : tuple of Problem
        The first of them.
    notes : tuple of str
        What was taken for what, in sentences.
    """

    line: "NDArray[np.int64]"
    day: "NDArray[np.int64]"
    second: "NDArray[np.int64]"
    lon: "NDArray[np.float64]"
    lat: "NDArray[np.float64]"
    group: "NDArray[np.int64]"
    labels: tuple[str, ...]
    columns: dict[str, str]
    read: int
    left_out: dict[str, int]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


@dataclass
class Refusals:
    """Counts rows that cannot be used, and keeps the first of them."""

    sheet: str
    counts: Counter[str] = field(default_factory=Counter)
    kept: list[Problem] = field(default_factory=list)

    def add(self, line: int, column: str, value: str, code: str, message: str) -> None:
        """Leave out the row of that line."""
        self.counts[code] += 1
        if len(self.kept) < SHOWN_PROBLEMS:
            self.kept.append(Problem(self.sheet, line, column, value[:60], Level.ERROR, code, message))


def read_reports(path: Path, *, group: str | None = None, wants_days: bool = True) -> ReportTable:
    """Read a file of reports.

    Parameters
    ----------
    path : Path
        Text parted by commas, semicolons or tabs, in UTF-8, UTF-16 with a mark, or GB 18030.
    group : str, optional
        A group that will be asked for: among several columns that might hold groups, the one that has it is taken.
    wants_days : bool
        False for files that say only where something may be (a study area).

    Raises
    ------
    Malformed
        No text, or damaged.
    Refused
        No header with what is needed, or no usable row.
    """
    refusals = Refusals(path.name)
    rows = _rows(path)
    titles = _header(rows, path, wants_days)
    columns = _columns(titles, wants_days)
    groups = [i for i, title in _titled(titles, GROUP)]
    lines, opened, at, kinds, repeated = _take(rows, columns, groups)
    placed = place(at, lines, {name: titles[i] for name, i in columns.items()}, refusals)
    notes = [*placed.notes, *([f"有{repeated}行和别的行一字不差，照样算；看合并重复后的结果。"] if repeated else [])]
    found = _Found(path, titles, columns, lines, opened, placed, refusals, notes)
    return _table(found, _grouped(groups, kinds, group), wants_days)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, with the number of their line."""
    csv.field_size_limit(_LONGEST_CELL)
    if not path.exists():
        raise Refused(f"没有找到文件 {path}，请核对文件名和所在的文件夹。", field="file", code="no_file")
    if path.stat().st_size > MOST_BYTES:
        raise TooLarge(f"文件超过{MOST_BYTES / 1e9:.0f}GB，请按年份分开。", field="file", code="too_large")
    encoding = _encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        head = file.read(8000)
        delimiter = max(",;\t|", key=head.count)
        file.seek(0)
        reader = csv.reader((line.replace("\0", "") for line in file), delimiter=delimiter)
        try:
            for n, row in enumerate(reader):
                if n > MOST_ROWS:
                    raise TooLarge(f"文件超过{MOST_ROWS}行，请按年份分开。", field="file", code="too_many_rows")
                if any(row):
                    yield reader.line_num, row
        except csv.Error as error:
            told = f"第{reader.line_num}行读不出来，请检查引号是不是成对。"
            raise Malformed(told, field="file", code="damaged") from error


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"SQLi")):
            told = "这个文件不是文本表格（csv）。请在 Excel 或 WPS 里另存为“CSV（逗号分隔）”。"
            raise Malformed(told, field="file", code="not_csv")
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while block := file.read(_STEP):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8-sig"


def _plain(title: str) -> str:
    return re.sub(r"[\W_]+", "", narrow(title).lower())


def _titled(titles: list[str], name: str) -> list[tuple[int, str]]:
    """Columns that may be `name`, the likeliest first."""
    plain = [_plain(title) for title in titles]
    found = [plain.index(alias) for alias in _ALIASES[name] if alias in plain]
    if name in _LIKELY:
        likely, unlikely = _LIKELY[name]
        found += [
            i for i, one in enumerate(plain) if i not in found and likely.search(one) and not unlikely.search(one)
        ]
    return [(i, titles[i]) for i in found]


def _columns(titles: list[str], wants_days: bool) -> dict[str, int]:
    found = {name: hits[0][0] for name in (OPENED, LAT, LON, POINT) if (hits := _titled(titles, name))}
    if LAT in found and LON in found:
        found.pop(POINT, None)
    else:
        found.pop(LAT, None), found.pop(LON, None)
    if not wants_days:
        found.pop(OPENED, None)
    return found


def _header(rows: Iterator[tuple[int, list[str]]], path: Path, wants_days: bool) -> list[str]:
    seen: list[str] = []
    for n, (_, row) in enumerate(rows):
        found = _columns(row, wants_days)
        if (LAT in found or POINT in found) and (OPENED in found or not wants_days):
            return row
        seen = seen or row
        if n >= _SEARCHED_LINES:
            break
    if not seen:
        raise Refused(f"{path.name} 是空的，里面没有一行。", field="file", code="empty")
    wanted = "opened、lat、lon（时间、纬度、经度）" if wants_days else "lat、lon（纬度、经度）"
    told = f"{path.name} 里没有找到表头。第一行要有 {wanted} 这几列；现在的第一行是：{'、'.join(seen)[:120]}。"
    raise Refused(told, field="file", code="no_header")


Taken = tuple[list[int], list[str], list[tuple[str, str]], list[list[str]], int]


@dataclass
class _Found:
    path: Path
    titles: list[str]
    columns: dict[str, int]
    lines: list[int]
    opened: list[str]
    placed: Placed
    refusals: Refusals
    notes: list[str]


def _take(rows: Iterator[tuple[int, list[str]]], columns: dict[str, int], groups: list[int]) -> Taken:
    lines: list[int] = []
    opened: list[str] = []
    at: list[tuple[str, str]] = []
    kinds: list[list[str]] = [[] for _ in groups]
    seen: set[int] = set()
    when, lat, lon, point = (columns.get(name, -1) for name in (OPENED, LAT, LON, POINT))
    last = max(when, lat, lon, point, *groups, 0)
    for line, row in rows:
        seen.add(hash(tuple(row)))
        if len(row) <= last:
            row = row + [""] * (last + 1 - len(row))
        lines.append(line)
        opened.append(row[when] if when >= 0 else "")
        at.append((row[point], "") if point >= 0 else (row[lat], row[lon]))
        for kept, i in zip(kinds, groups, strict=True):
            kept.append(row[i])
    return lines, opened, at, kinds, len(lines) - len(seen) if when >= 0 else 0


def _table(found: _Found, grouped: "Grouped", wants_days: bool) -> ReportTable:
    import numpy as np

    line, good = np.array(found.lines, dtype=np.int64), found.placed.good
    day, second = np.zeros(len(line), dtype=np.int64), np.zeros(len(line), dtype=np.int64)
    if wants_days:
        good, day, second = _days(found, line, good)
    if not good.any():
        told = f"{found.path.name} 里没有一行能用，共{len(line)}行；{_told(found.refusals)}"
        raise Refused(told, field="file", code="nothing_usable")
    column, labels, code = grouped
    named = {name: found.titles[i] for name, i in found.columns.items()}
    if column is not None:
        named[GROUP] = found.titles[column]
    return ReportTable(
        line[good], day[good], day[good] * 86_400 + second[good], found.placed.lon[good], found.placed.lat[good],
        code[good] if column is not None else np.full(int(good.sum()), -1, dtype=np.int64), labels, named, len(line),
        dict(found.refusals.counts), tuple(found.refusals.kept), tuple(found.notes),
    )  # fmt: skip


def _told(refusals: Refusals) -> str:
    first = refusals.kept[0] if refusals.kept else None
    return f"例如第{first.row}行，{first.message}" if first else "请核对内容。"


def _days(
    found: _Found, line: "NDArray[np.int64]", usable: "NDArray[np.bool_]"
) -> "tuple[NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64]]":
    import numpy as np

    title, refusals, good = found.titles[found.columns[OPENED]], found.refusals, usable.copy()
    texts = [text.strip() if text.isascii() else narrow(text) for text in found.opened]
    day_first = is_day_first(texts)
    if day_first:
        found.notes.append("日期按“日/月/年”读。")
    day, second = np.zeros(len(texts), dtype=np.int64), np.zeros(len(texts), dtype=np.int64)
    for i in np.flatnonzero(good).tolist():
        read = moment(texts[i], bool(day_first))
        if read is None:
            good[i] = False
            code = "bad_date" if texts[i] else "no_date"
            told = f"“{texts[i][:30]}”不是日期，请写成 2026-11-23 这样。" if texts[i] else "没有写日期。"
            refusals.add(int(line[i]), title, texts[i], code, told)
        else:
            day[i], second[i] = read
    if good.any():
        low, high = np.quantile(day[good], [0.005, 0.995])
        for i in np.flatnonzero(good & ((day < low - _ODD_DAYS) | (day > high + _ODD_DAYS))).tolist():
            good[i] = False
            told = f"“{texts[i][:30]}”离其他记录一年以上，没有用。请核对年份。"
            refusals.add(int(line[i]), title, texts[i], "odd_date", told)
    return good, day, second


def _grouped(groups: list[int], kinds: list[list[str]], asked: str | None) -> "Grouped":
    """The column that has the group asked for, else the likeliest; its labels and each row's index into them."""
    import numpy as np

    none = np.zeros(0, dtype=np.int64)
    first: Grouped = (None, (), none)
    for column, texts in zip(groups, kinds, strict=True):
        index: dict[str, int] = {}
        code = np.array([index.setdefault(text.strip(), len(index)) for text in texts], dtype=np.int64)
        found = (column, tuple(index), code)
        if asked is None or label_of(tuple(index), asked) is not None:
            return found
        first = found if first[0] is None else first
    return first


def label_of(labels: tuple[str, ...], asked: str) -> int | None:
    """Index of the label that is meant: letter case, width and blanks aside."""
    plain = [narrow(label).casefold().strip() for label in labels]
    wanted = narrow(asked).casefold().strip()
    return plain.index(wanted) if wanted in plain else None
