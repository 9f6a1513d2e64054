"""Looks at a vector file before GDAL opens it: its kind, its size, its real content, the encoding of its text."""

import json
import zipfile
from pathlib import Path

from mapsvc.errors import Malformed, TooLarge, Unsupported

MAX_BYTES = 64 * 1024 * 1024
DRIVERS = {".geojson": "GeoJSON", ".json": "GeoJSON", ".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".kml": "LIBKML"}
KINDS = "GeoJSON（.geojson）、GeoPackage（.gpkg）、Shapefile（.shp 或打包成 .zip）、KML(.kml)"
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def check_kind(path: Path) -> None:
    """Look at the beginning of the file: GDAL opens by content, and some contents name other files to open."""
    suffix = path.suffix.lower()
    if suffix not in DRIVERS:
        raise Unsupported(f"不认识 {path.suffix or '没有扩展名的'} 文件；可用 {KINDS}", code="unknown_format")
    if not path.is_file():
        raise Malformed(f"找不到文件 {path.name}；请检查路径", code="no_file")
    if path.stat().st_size > MAX_BYTES:
        raise TooLarge(f"{path.name} 超过 {MAX_BYTES >> 20} MB；请只导出需要的图层", code="too_large")
    with path.open("rb") as file:
        head = file.read(1 << 16)
    if not _SNIFFERS[suffix](path, head):
        raise Unsupported(f"{path.name} 的内容不是 {DRIVERS[suffix]}；请重新导出", code="wrong_content")


def _is_geojson(path: Path, head: bytes) -> bool:
    try:
        kind = json.loads(path.read_text(encoding="utf-8-sig")).get("type")
    except (ValueError, AttributeError, RecursionError):
        return False
    return kind in ("FeatureCollection", "Feature", "Polygon", "MultiPolygon", "LineString", "MultiLineString", "Point")


def _is_kml(path: Path, head: bytes) -> bool:
    lower = head.lower()
    return b"<kml" in lower and b"<!doctype" not in lower and b"<!entity" not in lower and b"ogrvrt" not in lower


_SNIFFERS = {
    ".geojson": _is_geojson,
    ".json": _is_geojson,
    ".gpkg": lambda path, head: head.startswith(b"SQLite format 3\0"),
    ".shp": lambda path, head: head.startswith(b"\x00\x00\x27\x0a") and path.with_suffix(".dbf").is_file(),
    ".kml": _is_kml,
}


def unzip_shapefile(path: Path, folder: Path) -> Path:
    """Unpack the one Shapefile of a zip, its parts under plain names, within the size limit."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = [i for i in archive.infolist() if Path(i.filename).suffix.lower() in _SHAPEFILE_PARTS]
            mains = [i for i in parts if i.filename.lower().endswith(".shp")]
            if len(mains) != 1:
                raise Unsupported(f"{path.name} 里要正好有一个 .shp，现在有 {len(mains)} 个", code="wrong_content")
            stem = mains[0].filename[:-4].lower()
            mine = [i for i in parts if i.filename[:-4].lower() == stem]
            if sum(i.file_size for i in mine) > MAX_BYTES:
                raise TooLarge(f"{path.name} 解开后超过 {MAX_BYTES >> 20} MB", code="too_large")
            for part in mine:
                with archive.open(part) as source:
                    content = source.read(part.file_size + 1)
                (folder / f"shape{Path(part.filename).suffix.lower()}").write_bytes(content)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise Malformed(f"{path.name} 打不开，可能损坏或有密码；请重新打包", code="bad_zip") from error
    return folder / "shape.shp"


def dbf_encoding(path: Path) -> str | None:
    """Without a .cpg, Chinese offices mean gb18030, unless the text can only be UTF-8."""
    if path.with_suffix(".cpg").is_file() or path.with_suffix(".CPG").is_file():
        return None
    try:
        path.with_suffix(".dbf").read_bytes()[32:].decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "UTF-8"
