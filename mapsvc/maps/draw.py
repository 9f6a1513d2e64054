"""The closed registry of draw kinds: what the page can draw, and the style keys each kind needs."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class DrawKind:
    """One way of drawing a layer; the page has one function of the same name.

    Attributes
    ----------
    name : str
    required : tuple of str
        Style keys that a manifest of this kind must give.
    """

    name: str
    required: tuple[str, ...]


_KINDS = (
    DrawKind("outline", ("color", "color_dark", "width_px")),
    DrawKind("streets", ("road", "road_dark", "casing", "casing_dark", "casing_px", "min_px")),
    DrawKind("patches", ("color", "color_dark", "width_px", "dash")),
    DrawKind("hotspots", ("slightly", "more", "much", "slightly_dark", "more_dark", "much_dark", "opacity", "hatch")),
    DrawKind("labels", ("color", "color_dark", "font_px")),
    DrawKind("shops", ("color", "color_dark", "radius_px")),
    DrawKind("places", ("color", "color_dark", "size_px")),
    DrawKind("issues", ("size_px", "case_px", "handling_px", "overdue", "overdue_px", "cluster_px")),
    DrawKind("routes", ("colors", "text_colors", "width_px")),
    DrawKind("pavements", ("recent", "weeks", "long", "width_px")),
    DrawKind("area", ("color",)),
    DrawKind("line", ("color",)),
    DrawKind("points", ("color",)),
)
DRAW_KINDS: Mapping[str, DrawKind] = {kind.name: kind for kind in _KINDS}
