"""Datums: WGS-84, GCJ-02, BD-09, CGCS2000 and any PROJ string, to WGS-84 and back."""

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, cast

from mapsvc.errors import Refused
from mapsvc.geo.area import Bounds
from mapsvc.geo.shifts import Degrees, bd09_to_gcj02, gcj02_to_bd09, gcj02_to_wgs84, wgs84_to_gcj02

if TYPE_CHECKING:
    from pyproj import Transformer

Kind = Literal["wgs84", "gcj02", "bd09", "crs"]


@dataclass(frozen=True)
class Datum:
    """What a pair of numbers means.

    Parameters
    ----------
    kind : {"wgs84", "gcj02", "bd09", "crs"}
        ``crs`` covers everything PROJ knows.
    crs : str
        PROJ string or authority code, e.g. ``EPSG:4549``; empty unless `kind` is ``crs``.
    """

    kind: Kind
    crs: str = ""

    @property
    def name(self) -> str:
        """How people write it, e.g. GCJ-02 or EPSG:4549."""
        return {"wgs84": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}.get(self.kind, self.crs)

    @property
    def in_degrees(self) -> bool:
        """True when the numbers are longitude and latitude, not metres."""
        return self.kind != "crs" or _is_geographic(self.crs)


WGS84 = Datum("wgs84")
GCJ02 = Datum("gcj02")
BD09 = Datum("bd09")
CGCS2000 = Datum("crs", "EPSG:4490")

_WORDS = {
    "WGS84": WGS84, "WGS1984": WGS84, "84": WGS84, "GPS": WGS84, "EPSG4326": WGS84, "4326": WGS84, "谷歌地球": WGS84,
    "GCJ02": GCJ02, "GCJ": GCJ02, "高德": GCJ02, "腾讯": GCJ02, "火星": GCJ02, "国测局": GCJ02,
    "BD09": BD09, "BD09LL": BD09, "BD": BD09, "百度": BD09,
    "CGCS2000": CGCS2000, "2000": CGCS2000, "国家2000": CGCS2000, "大地2000": CGCS2000, "天地图": CGCS2000,
}  # fmt: skip
_NOISE = re.compile(r"[\s\-_.:()]|坐标系?|地图|系统|大地|国家(?=2000)|经纬度")
_FILE_PARAMETERS = re.compile(r"\+(init|nadgrids|geoidgrids|grids|proj=pipeline|file)", re.IGNORECASE)


def parse_datum(text: object, default: Datum | None = None) -> Datum:
    """Read what a 坐标系 cell or the --datum option says.

    Parameters
    ----------
    text : object
        E.g. ``WGS-84``, ``GCJ02``, ``高德``, ``百度坐标``, ``2000``, ``4549``, ``EPSG:4549``, ``+proj=tmerc …``.
    default : Datum, optional
        Taken for an empty text.

    Raises
    ------
    Refused
        ``unknown_datum``: the text names no datum we know, or it is empty without a default.
    """
    if isinstance(text, Datum):
        return text
    if isinstance(text, float) and text.is_integer():
        text = int(text)
    written = unicodedata.normalize("NFKC", "" if text is None else str(text)).strip()
    if not written and default is not None:
        return default
    if "+proj" in written:
        return _proj_datum(written)
    short = _NOISE.sub("", written).upper()
    if short in _WORDS:
        return _WORDS[short]
    if code := re.fullmatch(r"(?:EPSG|CGCS2000/?)?(\d{4,6})", short):
        return _proj_datum(f"EPSG:{code[1]}")
    raise Refused(
        f"不认识坐标系“{written}”；请填 WGS-84、GCJ-02、BD-09、CGCS2000、"
        "EPSG 编号（如 EPSG:4549）或以 +proj= 开头的参数",
        field="坐标系",
        code="unknown_datum",
    )


def _proj_datum(text: str) -> Datum:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    # A PROJ string may name grid files: text from a form must not decide what is opened.
    if _FILE_PARAMETERS.search(text):
        raise Refused(f"坐标系参数“{text}”引用了外部文件，不能使用", field="坐标系", code="unknown_datum")
    try:
        crs = CRS.from_user_input(text)
    except CRSError as error:
        message = f"坐标系“{text}”读不懂；请核对 EPSG 编号或 +proj= 参数"
        raise Refused(message, field="坐标系", code="unknown_datum") from error
    if not (crs.is_geographic or crs.is_projected) or crs.is_compound:
        raise Refused(f"坐标系“{text}”不是平面或经纬度坐标系", field="坐标系", code="unknown_datum")
    return WGS84 if text == "EPSG:4326" else Datum("crs", text)


@lru_cache(maxsize=32)
def _is_geographic(crs: str) -> bool:
    from pyproj import CRS

    return bool(CRS.from_user_input(crs).is_geographic)


@lru_cache(maxsize=32)
def _transformer(source: str, target: str) -> "Transformer":
    from pyproj import Transformer

    return Transformer.from_crs(source, target, always_xy=True)


def to_wgs84(lon: Degrees, lat: Degrees, datum: Datum | str) -> tuple[Degrees, Degrees]:
    """Turn coordinates in `datum` into WGS-84 degrees.

    Parameters
    ----------
    lon, lat : float or ndarray
        Longitude and latitude in degrees, or easting and northing in metres: east first, whatever the
        authority's own axis order.
    datum : Datum or str
        As `parse_datum` understands it.

    Returns
    -------
    tuple
        (lon, lat) in degrees, of the shape that came in.
    """
    known = parse_datum(datum)
    if known.kind == "wgs84" or known == CGCS2000:
        # CGCS2000 and WGS-84 agree to centimetres; PROJ too transforms between them by doing nothing.
        return lon, lat
    if known.kind == "gcj02":
        return gcj02_to_wgs84(lon, lat)
    if known.kind == "bd09":
        return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))
    return cast(tuple[Degrees, Degrees], _transformer(known.crs, "EPSG:4326").transform(lon, lat))


def from_wgs84(lon: Degrees, lat: Degrees, datum: Datum | str) -> tuple[Degrees, Degrees]:
    """Turn WGS-84 degrees into `datum`: the inverse of `to_wgs84`, with the same shapes and axis order."""
    known = parse_datum(datum)
    if known.kind == "wgs84" or known == CGCS2000:
        return lon, lat
    if known.kind == "gcj02":
        return wgs84_to_gcj02(lon, lat)
    if known.kind == "bd09":
        return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))
    return cast(tuple[Degrees, Degrees], _transformer("EPSG:4326", known.crs).transform(lon, lat))


@dataclass(frozen=True)
class CoordinateCheck:
    """What a pair of numbers from a table turned out to be.

    Parameters
    ----------
    code : str
        ``ok``, ``missing``, ``swapped``, ``zero``, ``placeholder``, ``out_of_range`` or ``far_away``.
    message : str
        Chinese, with the numbers and what to do; empty for ``ok``.
    lon, lat : float or None
        WGS-84 degrees, put right if they were swapped; None when there is nothing to use.
    """

    code: str
    message: str = ""
    lon: float | None = None
    lat: float | None = None

    @property
    def usable(self) -> bool:
        """True when `lon` and `lat` can be taken as the position."""
        return self.lon is not None


# Where map programs and geocoders drop a point when they know nothing better (GCJ-02 or WGS-84, as they come).
_KNOWN_CENTRES = ((116.397428, 39.90923), (116.397128, 39.916527), (116.407526, 39.90403), (121.473701, 31.230416))
_FILLERS = (1.0, 0.1, 9.0, 99.0, 100.0, 999.0, 9999.0, 99999.0, 123.0, -1.0)
_ADVICE = "请补填经纬度，或留空按门牌定位"


def check_coordinate(
    x: float | None, y: float | None, datum: Datum | str, area: Bounds, margin_m: float = 1000.0
) -> CoordinateCheck:
    """Say whether two numbers can be a position in the area, and put swapped ones right.

    Parameters
    ----------
    x, y : float or None
        As written in the 经度 and 纬度 columns (or easting and northing).
    datum : Datum or str
        What the numbers are given in.
    area : Bounds
        The sub-district's rectangle, WGS-84.
    margin_m : float
        How far outside the rectangle a position is still believed.

    Returns
    -------
    CoordinateCheck
        ``ok`` and ``swapped`` carry the WGS-84 position; every other code carries the reason only.
    """
    known = parse_datum(datum)
    if x is None or y is None or math.isnan(x) or math.isnan(y):
        return CoordinateCheck("missing", f"没有坐标或只填了一个；{_ADVICE}")
    said = f"{x:.8g}, {y:.8g}" if known.in_degrees else f"{x:.10g}, {y:.10g}"
    if x == 0 or y == 0:
        return CoordinateCheck("zero", f"坐标 {said} 里的 0 不是真实位置；{_ADVICE}")
    if x in _FILLERS and y in _FILLERS:
        return CoordinateCheck("placeholder", f"坐标 {said} 是占位数字，不是真实位置；{_ADVICE}")
    near = area.grown(margin_m)
    if known.in_degrees:
        if max(abs(x), abs(y)) > 180 or min(abs(x), abs(y)) > 90:
            message = f"坐标 {said} 超出经纬度范围；请核对小数点和坐标系（当前按 {known.name} 理解）"
            return CoordinateCheck("out_of_range", message)
        if _is_known_centre(x, y):
            return CoordinateCheck("placeholder", f"坐标 {said} 是地图软件的默认中心点，不是这里的位置；{_ADVICE}")
        if _is_round(x) and _is_round(y):
            message = f"坐标 {said} 只到两位小数，像是随手填的中心点，差到一公里；{_ADVICE}"
            return CoordinateCheck("placeholder", message)
    if (there := _inside(x, y, known, near)) is not None:
        return CoordinateCheck("ok", "", *there)
    if (there := _inside(y, x, known, near)) is not None:
        message = f"经度和纬度填反了（{said}），已按经度 {y:.10g}、纬度 {x:.10g} 使用；请在表里改正"
        return CoordinateCheck("swapped", message, *there)
    message = f"坐标 {said}（按 {known.name} 理解）离本街道太远；请核对数字和坐标系，或留空按门牌定位"
    return CoordinateCheck("far_away", message)


def _inside(x: float, y: float, datum: Datum, near: Bounds) -> tuple[float, float] | None:
    lon, lat = to_wgs84(float(x), float(y), datum)
    return (lon, lat) if math.isfinite(lon) and math.isfinite(lat) and near.contains(lon, lat) else None


def _is_round(value: float) -> bool:
    """True for at most two decimals: a kilometre, far too coarse for a door."""
    return abs(value * 100 - round(value * 100)) < 1e-7


def _is_known_centre(x: float, y: float) -> bool:
    return any(abs(x - lon) + abs(y - lat) < 1e-4 or abs(y - lon) + abs(x - lat) < 1e-4 for lon, lat in _KNOWN_CENTRES)
