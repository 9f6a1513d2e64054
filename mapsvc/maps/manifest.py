"""The manifest of a layer: its keys, their kinds and their checks."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mapsvc.domain.actors import Role
from mapsvc.maps.draw import DRAW_KINDS

MAX_ZOOM = 22
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Names of persons and their numbers never leave through a map layer, whatever a manifest asks for.
_PERSONAL = frozenset({"phone", "merchant", "merchant_name", "origin", "has_preschooler", "reporter", "person"})


class ManifestError(ValueError):
    """A manifest that cannot be used; the text names the key and what it must be."""


@dataclass(frozen=True)
class LegendEntry:
    """A line of the legend: `mark` names the sign of the draw kind, `label` says what it means."""

    mark: str
    label: str


@dataclass(frozen=True)
class Manifest:
    """One layer of the map.

    Attributes
    ----------
    id, title, source, draw : str
        `source` and `draw` name entries of the two closed registries.
    order : int
        Lower is drawn first.
    visible : bool
        Shown when the map opens.
    roles : tuple of Role
        Who sees the layer.
    fields : tuple of str
        Properties that leave the server; all others are dropped.
    style, options : mapping
        Style by draw kind; further keys of the source, e.g. `file`.
    min_zoom, max_zoom : int
    attribution : str
    illustrative : bool
        Invented, to be marked 示意.
    legend : tuple of LegendEntry
    folder : Path
        Where the manifest lies; `file` is relative to it.
    origin : str
        "shipped" or "site".
    """

    id: str
    title: str
    source: str
    draw: str
    order: int
    visible: bool
    roles: tuple[Role, ...]
    fields: tuple[str, ...]
    style: Mapping[str, Any]
    min_zoom: int
    max_zoom: int
    attribution: str
    illustrative: bool
    legend: tuple[LegendEntry, ...]
    folder: Path
    file: str | None = None
    origin: str = "shipped"

    @property
    def url(self) -> str:
        """Where the page fetches the features."""
        return f"/api/v1/layers/{self.id}/features"

    def is_for(self, role: Role) -> bool:
        """Whether people in `role` see the layer."""
        return role in self.roles

    def to_json(self) -> dict[str, Any]:
        """The manifest as the page and the API see it."""
        return {
            "id": self.id,
            "title": self.title,
            "source": self.source,
            "draw": self.draw,
            "order": self.order,
            "visible": self.visible,
            "url": self.url,
            "style": dict(self.style),
            "fields": list(self.fields),
            "roles": [role.value for role in self.roles],
            "min_zoom": self.min_zoom,
            "max_zoom": self.max_zoom,
            "illustrative": self.illustrative,
            "attribution": self.attribution,
            "legend": [{"mark": entry.mark, "label": entry.label} for entry in self.legend],
        }


def parse_manifest(raw: Mapping[str, Any], file: Path, sources: Collection[str] = ()) -> Manifest:
    """Check the keys of a manifest read from `file`.

    Parameters
    ----------
    raw : mapping
    file : Path
        Its stem must be the id.
    sources : collection of str
        Names of sources there are; empty accepts any.

    Raises
    ------
    ManifestError
        The first thing that is wrong.
    """
    unknown = sorted(set(raw) - set(_CHECKS))
    if unknown:
        raise ManifestError(f"不认识 {'、'.join(unknown)}，可用的项：{'、'.join(_CHECKS)}")
    values = {name: _take(raw, name) for name in _CHECKS}
    if values["id"] != file.stem:
        raise ManifestError(f"id 是“{values['id']}”，要和文件名“{file.stem}”一致")
    if sources and values["source"] not in sources:
        raise ManifestError(f"source 是“{values['source']}”，要从 {'、'.join(sorted(sources))} 里选")
    _check_style(values["draw"], values["style"])
    if values["min_zoom"] > values["max_zoom"]:
        raise ManifestError(f"min_zoom {values['min_zoom']} 大于 max_zoom {values['max_zoom']}")
    if values["source"] == "geojson":
        _check_file(file.parent, values["file"])
    return Manifest(**values, folder=file.parent)


def _check_style(draw: str, style: Mapping[str, Any]) -> None:
    kind = DRAW_KINDS.get(draw)
    if kind is None:
        raise ManifestError(f"draw 是“{draw}”，要从 {'、'.join(DRAW_KINDS)} 里选")
    missing = [key for key in kind.required if key not in style]
    if missing:
        raise ManifestError(f"draw={draw} 的 [style] 少了 {'、'.join(missing)}")


def _check_file(folder: Path, name: str | None) -> None:
    if not name:
        raise ManifestError("source=geojson 要写 file")
    if Path(name).name != name or not name.endswith(".geojson"):
        raise ManifestError(f"file 是“{name}”，要是清单旁边的 .geojson 文件名，不带路径")
    if not (folder / name).is_file():
        raise ManifestError(f"找不到文件 {name}，把它放在清单旁边")


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ManifestError(f"{name} 要是文字，不能空着")
    return value.strip()


def _optional_text(name: str, value: Any) -> str:
    return _text(name, value) if value != "" else ""


def _file(name: str, value: Any) -> str | None:
    return None if value is None else _text(name, value)


def _identifier(name: str, value: Any) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ManifestError(f"{name} 要以小写字母开头，只用小写字母、数字和下划线，最多40个")
    return value


def _whole(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ManifestError(f"{name} 要是整数")
    return value


def _zoom(name: str, value: Any) -> int:
    if not 0 <= _whole(name, value) <= MAX_ZOOM:
        raise ManifestError(f"{name} 是 {value}，要在 0 到 {MAX_ZOOM} 之间")
    return int(value)


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ManifestError(f"{name} 要是 true 或 false")
    return value


def _roles(name: str, value: Any) -> tuple[Role, ...]:
    if not isinstance(value, list | tuple) or not value:
        raise ManifestError(f"{name} 要列出角色，不写就是都能看")
    bad = [str(role) for role in value if role not in set(Role)]
    if bad:
        raise ManifestError(f"{name} 里的 {'、'.join(bad)} 不是角色，角色有 {'、'.join(Role)}")
    return tuple(Role(role) for role in value)


def _fields(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(field, str) for field in value):
        raise ManifestError(f"{name} 要是一列文字")
    personal = sorted(_PERSONAL & set(value))
    if personal:
        raise ManifestError(f"{name} 里有个人信息 {'、'.join(personal)}，图层不能带")
    return tuple(value)


def _style(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ManifestError(f"[{name}] 要是一个表")
    return value


def _legend(name: str, value: Any) -> tuple[LegendEntry, ...]:
    if not isinstance(value, list) or not all(isinstance(row, dict) and set(row) == {"mark", "label"} for row in value):
        raise ManifestError(f"[[{name}]] 每条只写 mark 和 label")
    return tuple(LegendEntry(_text("mark", row["mark"]), _text("label", row["label"])) for row in value)


_REQUIRED = object()
_CHECKS: dict[str, tuple[Callable[[str, Any], Any], Any]] = {
    "id": (_identifier, _REQUIRED),
    "title": (_text, _REQUIRED),
    "source": (_identifier, _REQUIRED),
    "draw": (_identifier, _REQUIRED),
    "order": (_whole, _REQUIRED),
    "visible": (_flag, True),
    "roles": (_roles, tuple(Role)),
    "fields": (_fields, _REQUIRED),
    "style": (_style, _REQUIRED),
    "min_zoom": (_zoom, 0),
    "max_zoom": (_zoom, MAX_ZOOM),
    "attribution": (_optional_text, ""),
    "illustrative": (_flag, False),
    "legend": (_legend, []),
    "file": (_file, None),
}


def _take(raw: Mapping[str, Any], name: str) -> Any:
    check, default = _CHECKS[name]
    value = raw.get(name, default)
    if value is _REQUIRED:
        raise ManifestError(f"少了 {name}")
    return check(name, value)
