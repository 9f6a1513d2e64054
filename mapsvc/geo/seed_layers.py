"""Writes the shipped geographic layers from the tables of facts: streets, outline, landmarks and house numbers.

Run ``python -m mapsvc.geo.seed_layers FACTS_DIR [LAYERS_DIR]`` after the facts change; the result is kept under version
control. Street and outline geometry is derived from OpenStreetMap (ODbL 1.0), so every feature carries the attribution.
"""

import csv
import json
import re
import sys
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from mapsvc.paths import shipped

ATTRIBUTION = "© OpenStreetMap contributors (ODbL)"
# Widths in metres as the map draws them; every other street is 10 m wide.
_WIDTHS_M = {"中山北路": 30, "岚皋路": 17, "岚皋西路": 15, "石泉路": 15, "镇坪路": 15}
_OTHER_WIDTH_M = 10
_UNSURE = re.compile(r"[(\uff08]西段\?[)\uff09]")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_collection(path: Path, features: list[dict[str, Any]]) -> None:
    """Write a FeatureCollection with one feature per line: small, and readable in a diff."""
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    path.write_text('{"type": "FeatureCollection", "features": [\n' + lines + "\n]}\n", encoding="utf-8")


def _feature(geometry: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": geometry, "coordinates": coordinates}}


def _street_name(written: str) -> tuple[str, list[str], str]:
    """Split a name of the facts into (name, aliases, note)."""
    if written[0] in "(\uff08":
        return "", [], "连接线,示意"
    if _UNSURE.search(written):
        return _UNSURE.sub("(西段)", written), [], "走向待核实"
    name, _, other = re.sub(r"[)\uff09]$", "", written).replace("\uff08", "(").partition("(")
    return name, [other] if other else [], ""


def streets(facts: Path) -> list[dict[str, Any]]:
    """Turn streets.csv into LineStrings with name, class, error, width and kind."""
    features = []
    for written, rows in groupby(_rows(facts / "streets.csv"), key=lambda row: row["street"]):
        vertices = list(rows)
        name, aliases, note = _street_name(written)
        properties: dict[str, Any] = {"name": name}
        if aliases:
            properties["aliases"] = aliases
        if note:
            properties["note"] = note
        properties |= {
            "class": vertices[0]["class"],
            "error_m": int(vertices[0]["error_m"]),
            "width_m": _WIDTHS_M.get(name, _OTHER_WIDTH_M),
            "kind": "rail" if name.endswith("铁路") else "road",
            "attribution": ATTRIBUTION,
        }
        features.append(_feature("LineString", [[float(v["lon"]), float(v["lat"])] for v in vertices], **properties))
    return features


def outline(facts: Path) -> list[dict[str, Any]]:
    """Turn subdistrict_outline.csv into one closed polygon, counter-clockwise as RFC 7946 asks."""
    ring = [[float(row["lon"]), float(row["lat"])] for row in _rows(facts / "subdistrict_outline.csv")]
    twice_area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    ring = ring if twice_area > 0 else ring[::-1]
    return [_feature("Polygon", [ring], name="石泉路街道", code="310107017", attribution=ATTRIBUTION)]


def landmarks(facts: Path) -> list[dict[str, Any]]:
    """Turn landmarks.csv into points with name, kind and error."""
    return [
        _feature("Point", [float(r["lon"]), float(r["lat"])], name=r["name"], kind=r["kind"], error_m=int(r["error_m"]))
        for r in _rows(facts / "landmarks.csv")
    ]


def house_numbers(facts: Path) -> list[tuple[str, str, int, float]]:
    """Turn house_numbers.csv into (street, side of the odd numbers, number, chainage in metres)."""
    out = []
    for row in _rows(facts / "house_numbers.csv"):
        odd = "left" if re.search(r"odd=\w+\(left\)", row["sides"]) else "right"
        out.append((row["street"], odd, int(row["house_number"]), float(row["chainage_m"])))
    return out


def write_layers(facts: Path, layers: Path) -> None:
    """Write the four files into `layers`."""
    layers.mkdir(parents=True, exist_ok=True)
    write_collection(layers / "streets.geojson", streets(facts))
    write_collection(layers / "subdistrict.geojson", outline(facts))
    write_collection(layers / "landmarks.geojson", landmarks(facts))
    lines = [f"{s},{odd},{number},{chainage:g}" for s, odd, number, chainage in house_numbers(facts)]
    text = "street,odd_side,house_number,chainage_m\n" + "\n".join(lines) + "\n"
    (layers / "house_numbers.csv").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_layers(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else shipped("layers"))
