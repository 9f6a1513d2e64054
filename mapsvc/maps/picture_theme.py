"""The colours of a picture, light and dark: the product's own, and those that the layers' manifests give."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from mapsvc.maps.catalog import load_catalog
from mapsvc.maps.kinds import KindStyles
from mapsvc.paths import shipped

# As in static/app/css/tokens.css.
TOKENS: Mapping[str, tuple[str, str]] = {
    "surface": ("#fdfcfa", "#1f2123"),
    "ink": ("#1e1c19", "#edebe6"),
    "ink2": ("#55514a", "#bdb9b1"),
    "ink3": ("#6c685f", "#a09c93"),
    "line2": ("#cbc5b8", "#4a4f53"),
    "ctl": ("#8b867b", "#7d8287"),
    "accent-ink": ("#b3261e", "#ff8f84"),
    "land": ("#f3f1eb", "#191b1d"),
    "dot": ("#6c685f", "#a09c93"),
    "pin-case": ("#ffffff", "#17191a"),
}

_SEE_THROUGH = 0.85


@dataclass(frozen=True)
class Theme:
    """Colours by name for one picture.

    Attributes
    ----------
    streets, patches, hotspots, coverage : mapping
        Styles of the layers.
    """

    is_dark: bool
    streets: Mapping[str, Any]
    patches: Mapping[str, Any]
    hotspots: Mapping[str, Any]
    coverage: Mapping[str, Any]
    kinds: KindStyles

    def token(self, name: str) -> str:
        """A colour of the product."""
        return TOKENS[name][self.is_dark]

    def street(self, name: str) -> str:
        """A colour of the layer of streets."""
        return _styled(self.streets, name, self.is_dark)

    def patch(self, name: str) -> str:
        """A colour of the layer of patches."""
        return _styled(self.patches, name, self.is_dark)

    def stretch(self, name: str) -> str:
        """A colour of the layer of hot spots: a verdict's, or ``hatch``."""
        return _styled(self.hotspots, name, self.is_dark)

    def band(self, name: str) -> str:
        """A colour of the layer of walked streets: that of how long ago."""
        return _styled(self.coverage, name, self.is_dark)

    @property
    def stretch_opacity(self) -> float:
        """Of the colour of a stretch: the street stays to be seen under it."""
        return _SEE_THROUGH

    def kind(self, code: str) -> tuple[str, str, str | None]:
        """Shape, fill and edge of a kind of issue."""
        style = self.kinds.of(code)
        return style.shape, style.color_dark if self.is_dark else style.color, None if self.is_dark else style.edge


def theme_of(layers: Path | None, *, dark: bool) -> Theme:
    """The theme with the office's own manifests where it has some."""
    (streets, patches, hotspots, coverage), kinds = _styles(layers)
    return Theme(dark, streets, patches, hotspots, coverage, kinds)


@lru_cache(maxsize=4)
def _styles(layers: Path | None) -> tuple[list[Mapping[str, Any]], KindStyles]:
    catalog = load_catalog(shipped("layers"), layers)
    styles = [catalog.layer(name).style for name in ("streets", "patches", "hotspots", "coverage")]
    return styles, KindStyles.load((layers, shipped("layers")))


def _styled(style: Mapping[str, Any], name: str, is_dark: bool) -> str:
    return str(style.get(f"{name}_dark" if is_dark else name) or style[name])
