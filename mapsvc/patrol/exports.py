"""A plan for other programs: GPX, KML, GeoJSON, CSV."""

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree as Xml

from mapsvc.domain.patrol import Plan, Route, Stop

_GPX = "http://www.topografix.com/GPX/1/1"
_KML = "http://www.opengis.net/kml/2.2"
_COLUMNS = ("路线", "次序", "约几点", "地点", "为什么去", "停留（分）", "步行（米）", "怎么走", "经度", "纬度")


def tags(plan: Plan) -> tuple[str, ...]:
    """The tag of each route: the surname, and of namesakes the whole nickname."""
    names = [surname(route.worker) for route in plan.routes]
    return tuple(
        route.worker[:2] if names.count(name) > 1 else name for route, name in zip(plan.routes, names, strict=True)
    )


def why(stop: Stop) -> str:
    """The reasons of a stop in one line."""
    return "；".join(reason.text for reason in stop.reasons)


def tag_of(plan: Plan, worker: str) -> str:
    """The tag of one person's route."""
    return next(tag for route, tag in zip(plan.routes, tags(plan), strict=True) if route.worker == worker)


def as_file(plan: Plan, kind: str, only: str | None = None) -> bytes:
    """The plan as gpx, kml, geojson or csv; `only`: one person's walk."""
    if kind == "geojson":
        return json.dumps(to_geojson(plan, only), ensure_ascii=False, separators=(",", ":")).encode()
    return {"gpx": to_gpx, "kml": to_kml, "csv": to_csv}[kind](plan, only)


def to_gpx(plan: Plan, only: str | None = None) -> bytes:
    """GPX 1.1: a track per worker, its stops as waypoints. Surnames only, no merchant."""
    root = Xml.Element("gpx", {"xmlns": _GPX, "version": "1.1", "creator": "mapsvc"})
    walks = _walks(plan, only)
    for _, route, _ in walks:
        for stop in route.stops:
            point = Xml.SubElement(root, "wpt", lat=f"{stop.lat:.6f}", lon=f"{stop.lon:.6f}")
            Xml.SubElement(point, "name").text = f"{stop.order} {stop.label}"
            Xml.SubElement(point, "desc").text = _told(stop)
    for _, route, tag in walks:
        if len(route.geometry) < 2:
            continue
        track = Xml.SubElement(root, "trk")
        Xml.SubElement(track, "name").text = f"{tag} {route.title}"
        segment = Xml.SubElement(track, "trkseg")
        for lon, lat in route.geometry:
            Xml.SubElement(segment, "trkpt", lat=f"{lat:.6f}", lon=f"{lon:.6f}")
    return _document(root)


def to_kml(plan: Plan, only: str | None = None) -> bytes:
    """KML 2.2: a folder per worker with the line and the stops."""
    root = Xml.Element("kml", {"xmlns": _KML})
    document = Xml.SubElement(root, "Document")
    for _, route, tag in _walks(plan, only):
        if not route.stops:
            continue
        folder = Xml.SubElement(document, "Folder")
        Xml.SubElement(folder, "name").text = f"{tag} {route.title}"
        line = Xml.SubElement(Xml.SubElement(folder, "Placemark"), "LineString")
        Xml.SubElement(line, "coordinates").text = " ".join(f"{lon:.6f},{lat:.6f}" for lon, lat in route.geometry)
        for stop in route.stops:
            mark = Xml.SubElement(folder, "Placemark")
            Xml.SubElement(mark, "name").text = f"{stop.order} {stop.label}"
            Xml.SubElement(mark, "description").text = _told(stop)
            Xml.SubElement(Xml.SubElement(mark, "Point"), "coordinates").text = f"{stop.lon:.6f},{stop.lat:.6f}"
    return _document(root)


def to_geojson(plan: Plan, only: str | None = None) -> dict[str, Any]:
    """GeoJSON: a LineString per route, then a Point per stop, so that stops lie on top."""
    named = [(route, _of_route(i, route, tag)) for i, route, tag in _walks(plan, only)]
    features = [line for route, head in named for line in _lines(route, head)]
    features += [stop for route, head in named for stop in _stops(route, head)]
    return {"type": "FeatureCollection", "features": features}


def to_csv(plan: Plan, only: str | None = None) -> bytes:
    """CSV in utf-8 with BOM, so that office programs open it as it is."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for _, route, tag in _walks(plan, only):
        for stop in route.stops:
            head = (_inert(tag), stop.order, stop.about, _inert(stop.label), _inert(why(stop)))
            way = _inert("；".join(stop.way))
            tail = (stop.service_min, stop.walk_distance_m, way, f"{stop.lon:.6f}", f"{stop.lat:.6f}")
            writer.writerow([*head, *tail])
    return out.getvalue().encode("utf-8-sig")


def surname(worker: str) -> str:
    """The tag of a route: 小陈 and 陈晓岚 are 陈."""
    return worker[1:2] if len(worker) > 1 and worker[0] in "小老阿" else worker[:1]


def _inert(text: str) -> str:
    """Text that a spreadsheet will not take for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _walks(plan: Plan, only: str | None) -> list[tuple[int, Route, str]]:
    """Index, route and tag of each walk; `only`: one person's."""
    told = zip(range(len(plan.routes)), plan.routes, tags(plan), strict=True)
    return [walk for walk in told if only in (None, walk[1].worker)]


def _told(stop: Stop) -> str:
    """About when and why; what somebody typed stays one line."""
    return f"约{stop.about} {why(stop)}"


def _of_route(index: int, route: Route, tag: str) -> dict[str, Any]:
    return {"index": index, "route": route.title, "surname": tag, "color_index": route.color_index}


def _lines(route: Route, head: dict[str, Any]) -> list[dict[str, Any]]:
    if len(route.geometry) < 2:
        return []
    line = {"type": "LineString", "coordinates": [list(p) for p in route.geometry]}
    return [{"type": "Feature", "id": f"{head['index']}", "geometry": line, "properties": head}]


def _stops(route: Route, head: dict[str, Any]) -> list[dict[str, Any]]:
    features = []
    for stop in route.stops:
        properties = head | {
            "order": stop.order, "about": stop.about, "label": stop.label, "why": why(stop), "ref": stop.ref,
        }  # fmt: skip
        point = {"type": "Point", "coordinates": [stop.lon, stop.lat]}
        number = f"{head['index']}:{stop.order}"
        features.append({"type": "Feature", "id": number, "geometry": point, "properties": properties})
    return features


def _document(root: Xml.Element) -> bytes:
    body: bytes = Xml.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body
