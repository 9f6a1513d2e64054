"""Folium without what the map page never uses: pandas alone would double the time to the first page."""

import sys

# Folium takes pandas if it can be had and does without if not; only this import must not find it. A process that
# has loaded pandas already keeps it.
_hidden = "pandas" not in sys.modules
if _hidden:
    sys.modules["pandas"] = None  # type: ignore[assignment]
try:
    from branca.element import CssLink, Figure, JavascriptLink
    from folium import Map
    from folium.map import Layer, LayerControl
    from folium.template import Template
finally:
    if _hidden:
        del sys.modules["pandas"]

__all__ = ["CssLink", "Figure", "JavascriptLink", "Layer", "LayerControl", "Map", "Template"]
