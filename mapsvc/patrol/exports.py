"""A plan for other programs: GPX, KML, GeoJSON, CSV."""

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree as Xml

from mapsvc.domain.patrol import Plan, Route, Stop

_GPX = "http://www.topografix.com/GPX/1/1"
_KML = "http://www.opengis.net/kml/2.2"


def tags(plan: Plan) -> tuple[str, ...]:
    """The tag of each route: the surname, and of namesakes the whole nickname."""
    names = [surname(route.worker) for route in plan.routes]
    return tuple(
        route.worker[:2] if names.count(name) > 1 else name for route, name in zip(plan.routes, names, strict=True)
    )


def why(stop: Stop) -> str:
    """The reasons of a stop in one line."""
    return "；".join(reason.text for reason in stop.reasons)


def as_file(plan: Plan, kind: str) -> bytes:
    """The plan as gpx, kml, geojson or csv."""
    if kind == "geojson":
        return json.dumps(to_geojson(plan), ensure_ascii=False, separators=(",", ":")).encode()
    return {"gpx": to_gpx, "kml": to_kml, "csv": to_csv}[kind](plan)


def to_gpx(plan: Plan) -> bytes:
    """GPX 1.1: a track per worker, its stops as waypoints. Surnames only, no merchant."""
    root = Xml.Element("gpx", {"xmlns": _GPX, "version": "1.1", "creator": "mapsvc"})
    for route in plan.routes:
        for stop in route.stops:
            point = Xml.SubElement(root, "wpt", lat=f"{stop.lat:.6f}", lon=f"{stop.lon:.6f}")
            Xml.SubElement(point, "name").text = f"{stop.order} {stop.label}"
            Xml.SubElement(point, "desc").text = f"约{stop.about} {why(stop)}"
    for route, tag in zip(plan.routes, tags(plan), strict=True):
        if len(route.geometry) < 2:
            continue
        track = Xml.SubElement(root, "trk")
        Xml.SubElement(track, "name").text = f"{tag} {route.title}"
        segment = Xml.SubElement(track, "trkseg")
        for lon, lat in route.geometry:
            Xml.SubElement(segment, "trkpt", lat=f"{lat:.6f}", lon=f"{lon:.6f}")
    return _document(root)


def to_kml(plan: Plan) -> bytes:
    """KML 2.2: a folder per worker with the line and the stops."""
    root = Xml.Element("kml", {"xmlns": _KML})
    document = Xml.SubElement(root, "Document")
    for route, tag in zip(plan.routes, tags(plan), strict=True):
        if not route.stops:
            continue
        folder = Xml.SubElement(document, "Folder")
        Xml.SubElement(folder, "name").text = f"{tag} {route.title}"
        line = Xml.SubElement(Xml.SubElement(folder, "Placemark"), "LineString")
        Xml.SubElement(line, "coordinates").text = " ".join(f"{lon:.6f},{lat:.6f}" for lon, lat in route.geometry)
        for stop in route.stops:
            mark = Xml.SubElement(folder, "Placemark")
            Xml.SubElement(mark, "name").text = f"{stop.order} {stop.label}"
            Xml.SubElement(mark, "description").text = f"约{stop.about} {why(stop)}"
            Xml.SubElement(Xml.SubElement(mark, "Point"), "coordinates").text = f"{stop.lon:.6f},{stop.lat:.6f}"
    return _document(root)


def to_geojson(plan: Plan) -> dict[str, Any]:
    """GeoJSON: a LineString per route, then a Point per stop, so that stops lie on top."""
    heads = [_of_route(i, route, tag) for i, (route, tag) in enumerate(zip(plan.routes, tags(plan), strict=True))]
    named = list(zip(plan.routes, heads, strict=True))
    features = [line for route, head in named for line in _lines(route, head)]
    features += [stop for route, head in named for stop in _stops(route, head)]
    return {"type": "FeatureCollection", "features": features}


def to_csv(plan: Plan) -> bytes:
    """CSV in utf-8 with BOM, so that office programs open it as it is."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["路线", "次序", "约几点", "地点", "为什么去", "停留（分）", "步行（米）", "经度", "纬度"])
    for route, tag in zip(plan.routes, tags(plan), strict=True):
        for stop in route.stops:
            head = (tag, stop.order, stop.about, _inert(stop.label), _inert(why(stop)))
            writer.writerow([*head, stop.service_min, stop.walk_distance_m, f"{stop.lon:.6f}", f"{stop.lat:.6f}"])
    return out.getvalue().encode("utf-8-sig")


def surname(worker: str) -> str:
    """The tag of a route: 小陈 and 陈晓岚 are 陈."""
    return worker[1:2] if len(worker) > 1 and worker[0] in "小老阿" else worker[:1]


def _inert(text: str) -> str:
    """Text that a spreadsheet will not take for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


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
