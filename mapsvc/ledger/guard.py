"""Looks at a file before any library opens it: what it is, how big it would grow, where its values end."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import join, normpath
from typing import IO, TYPE_CHECKING
from xml.etree import ElementTree

from mapsvc.errors import Malformed, MapsvcError, TooLarge, Unsupported

if TYPE_CHECKING:
    from mapsvc.ledger.reader import Deadline, Limits

DAMAGED = "这个工作簿损坏了，读不出来。请用 Excel 或 WPS 打开它，另存为新的 .xlsx 再导入。"
_SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”再导入。"
_STEP = 1 << 20
_LONGEST_ROW = 16 << 20
_RATIO_FROM = 5_000_000
_MOST_FORMULAS = 50_000
_PREFIX = rb"<(?:\w+:)?"
_VALUE_CELL = re.compile(_PREFIX + rb"""c\b[^<>]*?\br=["']([A-Z]{1,3})\d+["'][^<>]*>\s*""" + _PREFIX + rb"[vi]")
_ROW = re.compile(_PREFIX + rb"""row\b[^<>]*?\br=["'](\d{1,7})["']""")
_ROW_END = re.compile(rb"</(?:\w+:)?row\s*>|" + _PREFIX + rb"row\b[^<>]*/>")
_PLACELESS = re.compile(_PREFIX + rb"""(?:c|row)(?=[\s/>])(?![^<>]*\sr=["'])""")
_UNCALCULATED = re.compile(
    _PREFIX + rb"""c\b[^<>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'][^<>]*>\s*"""
    rb"<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</"
    rb"(?:\w+:)?c>"
)
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class SheetScan:
    """Where the values of a sheet end, and which formulas were never calculated (row -> columns from 0)."""

    last_row: int = 0
    last_column: int = 0
    formulas: dict[int, list[int]] = field(default_factory=dict)


def inspect(path: Path, limits: "Limits", deadline: "Deadline") -> dict[str, SheetScan]:
    """Scan a workbook without building it; returns its sheets by name.

    Raises
    ------
    TooLarge
        Over a limit; says which, by how much and what to do.
    Unsupported
        No xlsx: an old xls, a password, csv text, another kind of file.
    Malformed
        An xlsx that is damaged.
    """
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise TooLarge(
            f"文件有 {size / 1e6:.0f} MB，超过 {limits.file_bytes / 1e6:.0f} MB。"
            "请删掉图片和用不到的表，或按年份拆成几个文件再导入。",
            field="file",
            code="file_too_large",
        )
    _require_xlsx(path, size)
    try:
        with zipfile.ZipFile(path) as archive:
            return _scan(archive, limits, deadline)
    except (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, EOFError, OSError, KeyError, ValueError) as error:
        raise Malformed(DAMAGED, field="file", code="damaged") from error
    except (NotImplementedError, RuntimeError) as error:
        raise Unsupported(f"这个文件用了特殊的压缩或加密，读不了。{_SAVE_AS}", field="file", code="not_xlsx") from error


def _require_xlsx(path: Path, size: int) -> None:
    with path.open("rb") as file:
        head = file.read(8)
        if head.startswith(b"PK\x03\x04"):
            return
        if not size:
            raise _not_xlsx("这个文件是空的。请重新选择台账文件。", "empty_file")
        if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
            file.seek(0)
            raise _ole(file.read(_STEP) + _tail(file, size))
        file.seek(0)
        raise _text_or_other(file.read(4096))


def _tail(file: IO[bytes], size: int) -> bytes:
    file.seek(max(0, size - _STEP))
    return file.read(_STEP)


def _not_xlsx(message: str, code: str) -> MapsvcError:
    return Unsupported(message, field="file", code=code)


def _ole(data: bytes) -> MapsvcError:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return _not_xlsx("这个工作簿设了打开密码。请在 Excel 里去掉密码（文件—信息—保护工作簿）再导入。", "password")
    return _not_xlsx(f"这是旧版 Excel 文件（.xls）。{_SAVE_AS}", "old_xls")


def _text_or_other(head: bytes) -> MapsvcError:
    if head[:5] == b"%PDF-":
        return _not_xlsx("这是 PDF，不是工作簿。请导入 .xlsx 台账。", "not_xlsx")
    for encoding in ("utf-8-sig", "utf-16", "gb18030"):
        try:
            text = head[: len(head) // 2 * 2].decode(encoding, errors="strict" if encoding == "utf-16" else "ignore")
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            continue
        if "<html" in text.lower() or "<table" in text.lower():
            return _not_xlsx(f"这是网页格式的表格，不是真正的 xlsx。{_SAVE_AS}", "not_xlsx")
        if encoding != "utf-16" and any(mark in text for mark in ",\t;") and text.isprintable() is False:
            return _not_xlsx(f"这是文本表格（csv），只是改了后缀。{_SAVE_AS}", "csv")
    return _not_xlsx(f"这个文件不是 xlsx 工作簿。{_SAVE_AS}", "not_xlsx")


def _scan(archive: zipfile.ZipFile, limits: "Limits", deadline: "Deadline") -> dict[str, SheetScan]:
    parts = archive.infolist()
    _check_sizes(parts, limits)
    names = {part.filename for part in parts}
    if len(names) != len(parts):
        raise zipfile.BadZipFile("a part twice")
    if "xl/workbook.bin" in names:
        raise _not_xlsx(f"这是二进制工作簿（.xlsb）。{_SAVE_AS}", "not_xlsx")
    if "xl/workbook.xml" not in names:
        raise _not_xlsx(f"这是压缩包或别的文档，不是 xlsx 工作簿。{_SAVE_AS}", "not_xlsx")
    scans = {
        name: _scan_part(archive, name, limits, deadline) for name in sorted(names) if name.endswith((".xml", ".rels"))
    }
    return {sheet: scan for sheet, part in _sheets(archive) if (scan := scans.get(part)) is not None}


def _check_sizes(parts: list[zipfile.ZipInfo], limits: "Limits") -> None:
    if any(part.flag_bits & 1 for part in parts):
        raise _not_xlsx("这个文件有密码。请去掉密码再导入。", "password")
    total = sum(part.file_size for part in parts)
    swollen = any(
        p.file_size > _RATIO_FROM and p.file_size > limits.part_ratio * max(p.compress_size, 1) for p in parts
    )
    if total > limits.unpacked_bytes or swollen or len(parts) > limits.parts:
        raise TooLarge(
            f"这个文件解开后有 {total / 1e6:.0f} MB，大得不正常，没有读。"
            "请在 Excel 里删掉空白的行列和图片，另存后再导入。",
            field="file",
            code="zip_bomb",
        )
    texts = max((p.file_size for p in parts if p.filename.lower() == "xl/sharedstrings.xml"), default=0)
    if texts > limits.text_bytes:
        raise TooLarge(
            f"这个文件的文字有 {texts / 1e6:.0f} MB，超过 {limits.text_bytes / 1e6:.0f} MB。请拆成几个文件再导入。",
            field="file",
            code="too_much_text",
        )


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """(name, part) of the worksheets, in workbook order."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {r.get("Id"): r.get("Target") or "" for r in relations.iter() if r.get("Id")}
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if element.tag.rpartition("}")[2] != "sheet":
            continue
        relation = element.get(_RELATION) or next((v for k, v in element.attrib.items() if k.endswith("}id")), "")
        target = targets.get(relation, "")
        part = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
        if _SHEET_PART.fullmatch(part):
            yield element.get("name") or "", part


def _scan_part(archive: zipfile.ZipFile, name: str, limits: "Limits", deadline: "Deadline") -> SheetScan:
    scan = SheetScan()
    is_sheet = _SHEET_PART.fullmatch(name) is not None
    rest = b""
    with archive.open(name) as part:
        while piece := part.read(_STEP):
            deadline.check()
            if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
                raise zipfile.BadZipFile("a document type")
            if not is_sheet:
                continue
            data = rest + piece
            cut = _last_row_end(data, max(0, len(rest) - 64))
            _scan_rows(data[:cut], scan)
            rest = data[cut:]
            _check_extent(scan, len(rest), limits)
    if is_sheet:
        _scan_rows(rest, scan)
        _check_extent(scan, 0, limits)
    return scan


def _last_row_end(data: bytes, start: int) -> int:
    plain = data.rfind(b"</row>", start)
    if plain >= 0:
        return plain + len(b"</row>")
    # Rows without cells close themselves, and some programs write names with a prefix.
    return max((found.end() for found in _ROW_END.finditer(data, start)), default=0)


def _scan_rows(data: bytes, scan: SheetScan) -> None:
    if not data:
        return
    if _PLACELESS.search(data):
        raise _not_xlsx(f"这个文件的单元格没有写位置，不是 Excel 保存的。{_SAVE_AS}", "not_xlsx")
    columns = set(_VALUE_CELL.findall(data))
    if columns:
        scan.last_column = max(scan.last_column, *(column_number(c.decode()) + 1 for c in columns))
        # The last value of the piece stands in the row that begins before it.
        last = max(data.rfind(b"v>"), data.rfind(b"is>"))
        starts = [m.group(1) for m in _ROW.finditer(data, _row_before(data, last), last)]
        if starts:
            scan.last_row = max(scan.last_row, int(starts[-1]))
    if (b"<f" in data or b":f" in data) and len(scan.formulas) < _MOST_FORMULAS:
        for column, row in _UNCALCULATED.findall(data):
            scan.formulas.setdefault(int(row), []).append(column_number(column.decode()))


def _row_before(data: bytes, end: int) -> int:
    at = max(data.rfind(b"<row", 0, end), data.rfind(b":row ", 0, end) - 20)
    return max(at, 0)


def _check_extent(scan: SheetScan, pending_bytes: int, limits: "Limits") -> None:
    if scan.last_column > limits.columns or pending_bytes > _LONGEST_ROW:
        raise TooLarge(
            f"有一张表填到了第 {scan.last_column} 列，最多读 {limits.columns} 列。请删掉右边用不到的列再导入。",
            field="file",
            code="too_many_columns",
        )
    rows = max([scan.last_row, *list(scan.formulas)[-1:]])
    if rows > limits.rows or rows * scan.last_column > limits.cells:
        raise TooLarge(
            f"有一张表填到了第 {rows} 行 {scan.last_column} 列，一次最多 {limits.rows} 行、{limits.cells} 格。"
            "请删掉末尾的零星内容，或拆成几个文件再导入。",
            field="file",
            code="too_many_rows",
        )


def column_number(letters: str) -> int:
    """Column from 0: A is 0, Z 25, AA 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
