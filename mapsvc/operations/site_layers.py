"""The office's own layers folder: streets that replace the shipped ones, further layers with a manifest."""

import re
from dataclasses import dataclass
from pathlib import Path

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.errors import Conflict, Refused
from mapsvc.operations.workspace import Workspace

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Fields whose names say that they are about people; a layer carries none.
_PERSONAL = re.compile(
    r"phone|mobile|tel|person|merchant|contact|origin|reporter|preschool|电话|手机|姓名|联系人|经营者|户籍|身份证",
    re.IGNORECASE,
)
_MOST_FIELDS = 12
_DRAWN = {"Point": "points", "LineString": "line", "Polygon": "area"}
_STYLES = {
    "points": 'color = "#55514a"\ncolor_dark = "#bdb9b1"\nradius_px = 5.0\n',
    "line": 'color = "#55514a"\ncolor_dark = "#bdb9b1"\nwidth_px = 2.0\n',
    "area": 'color = "#948d7e"\ncolor_dark = "#7b7568"\nwidth_px = 1.4\n',
}


@dataclass(frozen=True)
class SiteLayer:
    """A layer that was put into the office's folder."""

    id: str
    title: str
    manifest: Path
    count: int


def import_streets(ws: Workspace, actor: Actor, file: Path, datum: str | None = None) -> int:
    """Put streets into the office's layers folder, where they replace the shipped ones from the next start.

    Raises
    ------
    Forbidden, Refused
        No layers folder is set, or the file holds no lines with names.
    """
    require(actor, Action.RUN_SERVICE)
    folder = _folder(ws)
    from shapely import LineString

    from mapsvc.geo.vector_files import VectorFeature, read_streets, write_features

    streets = read_streets(file, datum)
    told = [
        VectorFeature(
            LineString(s.points),
            {
                "name": s.name,
                "class": s.street_class,
                "error_m": s.error_m,
                "width_m": s.width_m,
                "kind": s.kind,
                "road": s.road,
                "level": s.level,
            },
        )
        for s in streets
    ]
    write_features(folder / "streets.geojson", told, layer="streets")
    return len(streets)


def import_layer(
    ws: Workspace, actor: Actor, file: Path, layer_id: str = "", title: str = "", datum: str | None = None
) -> SiteLayer:
    """Put a file of points, lines or areas on the map: GeoJSON and a manifest to edit, in the office's folder.

    Raises
    ------
    Forbidden, Refused
    Conflict
        There is a layer of that id already.
    """
    require(actor, Action.RUN_SERVICE)
    folder = _folder(ws)
    layer_id = layer_id or re.sub(r"[^a-z0-9_]+", "_", file.stem.lower()).strip("_")
    if not _ID.fullmatch(layer_id):
        raise Refused(
            f"图层的代号“{layer_id}”要以小写字母开头，只用小写字母、数字和下划线；请用 --id 写一个。", field="id"
        )
    manifest = folder / f"{layer_id}.toml"
    if manifest.exists():
        raise Conflict(f"已经有图层“{layer_id}”，请换一个 --id，或先删掉 {manifest}。", field="id", code="layer_there")
    from mapsvc.geo.vector_files import read_features, write_features

    features = read_features(file, datum)
    kinds = {feature.geometry.geom_type.removeprefix("Multi") for feature in features}
    if len(kinds) != 1 or not kinds <= set(_DRAWN):
        raise Refused(f"{file.name} 里要么全是点，要么全是线，要么全是面；请分成几个文件。", field="file", code="mixed")
    fields = _public_fields([name for feature in features for name in feature.properties])
    kept = [type(f)(f.geometry, {n: f.properties[n] for n in fields if n in f.properties}) for f in features]
    write_features(folder / f"{layer_id}.geojson", kept, layer=layer_id)
    named = title.strip()[:40] or file.stem
    manifest.write_text(_manifest(layer_id, named, _DRAWN[kinds.pop()], fields), encoding="utf-8")
    return SiteLayer(layer_id, named, manifest, len(features))


def _folder(ws: Workspace) -> Path:
    if ws.settings.layers is None:
        raise Refused("还没有设本单位的图层文件夹：请先设环境变量 MAPSVC_LAYERS，再导入。", code="no_layers_folder")
    ws.settings.layers.mkdir(parents=True, exist_ok=True)
    return ws.settings.layers


def _public_fields(names: list[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if not _PERSONAL.search(name)][:_MOST_FIELDS]


def _manifest(layer_id: str, title: str, draw: str, fields: list[str]) -> str:
    listed = ", ".join(f'"{_plain(name)}"' for name in fields)
    return (
        f'id = "{layer_id}"\ntitle = "{_plain(title)}"\nsource = "geojson"\nfile = "{layer_id}.geojson"\n'
        f'draw = "{draw}"\norder = 35\nvisible = true\nfields = [{listed}]\nmin_zoom = 11\nmax_zoom = 22\n'
        f"\n[style]\n{_STYLES[draw]}"
    )


def _plain(text: str) -> str:
    return re.sub(r'[\\"\x00-\x1f\x7f]', " ", text)
