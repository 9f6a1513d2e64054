"""A GeoJSON file beside its manifest, given out whole: base layers are small and change with the installation."""

from collections.abc import Hashable
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from mapsvc.errors import Broken
from mapsvc.maps.sources.ask import Ask, collection


class GeoJsonFile:
    """Source `geojson`; bbox and filters do not apply."""

    def version(self, ask: Ask) -> Hashable:
        """The file's size and time of change."""
        return _stamp(_path(ask))

    def answer(self, ask: Ask) -> dict[str, Any]:
        """All features of the file, with the fields of the manifest.

        Raises
        ------
        Broken
            The file is gone or no FeatureCollection.
        """
        path = _path(ask)
        stamp = _stamp(path)
        features = [
            {
                "type": "Feature",
                "geometry": feature["geometry"],
                "properties": ask.keep(feature.get("properties") or {}),
            }
            for feature in _read(path, stamp)
        ]
        return collection(features, stamp[1], len(features))


def _path(ask: Ask) -> Path:
    assert ask.manifest is not None and ask.manifest.file is not None
    return ask.manifest.folder / ask.manifest.file


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise Broken(f"图层文件 {path.name} 不见了，请把它放回图层文件夹。") from error
    return found.st_size, int(found.st_mtime)


@lru_cache(maxsize=32)
def _read(path: Path, _stamp: tuple[int, int]) -> tuple[dict[str, Any], ...]:
    try:
        document = orjson.loads(path.read_bytes())
        features = document["features"]
        if document["type"] != "FeatureCollection" or not all("geometry" in feature for feature in features):
            raise ValueError("not a FeatureCollection")
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Broken(f"图层文件 {path.name} 不是 GeoJSON 要素集，请检查：{error}。") from error
    return tuple(features)
