"""The catalogue of layers: one TOML manifest each, shipped or from the office's own folder."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from mapsvc.domain.actors import Actor, Role
from mapsvc.errors import Broken, NotFound
from mapsvc.maps.manifest import LegendEntry, Manifest, ManifestError, parse_manifest

__all__ = ["Catalog", "CatalogProblem", "LegendEntry", "Manifest", "load_catalog"]


@dataclass(frozen=True)
class CatalogProblem:
    """A site manifest that was left out, and why."""

    file: Path
    message: str


@dataclass(frozen=True)
class Catalog:
    """Layers in drawing order, and the site manifests that could not be used.

    Attributes
    ----------
    layers : tuple of Manifest
        Sorted by `order`, then id.
    problems : tuple of CatalogProblem
    """

    layers: tuple[Manifest, ...]
    problems: tuple[CatalogProblem, ...] = ()

    @cached_property
    def _by_id(self) -> Mapping[str, Manifest]:
        return {layer.id: layer for layer in self.layers}

    def layer(self, layer_id: str, role: Role | None = None) -> Manifest:
        """Return the layer of that id, if `role` (None: any) may see it.

        Raises
        ------
        NotFound
            No such layer for this role; the message lists those there are.
        """
        found = self._by_id.get(layer_id)
        if found is None or (role is not None and not found.is_for(role)):
            known = "、".join(layer.id for layer in self.layers if role is None or layer.is_for(role))
            raise NotFound(f"没有图层“{layer_id[:40]}”，现有图层：{known}。", field="id", code="unknown_layer")
        return found

    def for_actor(self, actor: Actor) -> tuple[Manifest, ...]:
        """Layers that the actor's role may see, in drawing order."""
        return tuple(layer for layer in self.layers if layer.is_for(actor.role))


def load_catalog(shipped_folder: Path, site_folder: Path | None = None, sources: Collection[str] = ()) -> Catalog:
    """Read every manifest of both folders; a site manifest replaces the shipped one of the same id.

    Parameters
    ----------
    shipped_folder : Path
        The layers that came with the program.
    site_folder : Path, optional
        The office's own; one broken manifest there drops only its own layer.
    sources : collection of str
        Names of sources there are; empty accepts any.

    Raises
    ------
    Broken
        A shipped manifest cannot be used: the installation is damaged.
    """
    layers: dict[str, Manifest] = {}
    for file in sorted(shipped_folder.glob("*.toml")):
        try:
            layers[file.stem] = read_manifest(file, sources)
        except ManifestError as error:
            raise Broken(f"随程序带的图层清单 {file.name} 坏了：{error}。请重新安装。") from error
    problems: list[CatalogProblem] = []
    for file in sorted(site_folder.glob("*.toml")) if site_folder and site_folder.is_dir() else ():
        try:
            layers[file.stem] = replace(read_manifest(file, sources), origin="site")
        except ManifestError as error:
            problems.append(CatalogProblem(file, f"图层清单 {file.name} 没有用上：{error}"))
    ordered = sorted(layers.values(), key=lambda layer: (layer.order, layer.id))
    return Catalog(tuple(ordered), tuple(problems))


def read_manifest(file: Path, sources: Collection[str] = ()) -> Manifest:
    """Read one manifest file, whose stem is the layer's id.

    Raises
    ------
    ManifestError
        What is wrong, naming the key.
    """
    try:
        raw: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"读不出来（{error}）") from error
    except tomllib.TOMLDecodeError as error:
        raise ManifestError(f"不是正确的 TOML({error})") from error
    return parse_manifest(raw, file, sources)
