"""The closed registry of sources: where a layer's features come from."""

from collections.abc import Mapping

from mapsvc.maps.sources.ask import MOST_SINGLE, Ask, Source
from mapsvc.maps.sources.coverage import Coverage
from mapsvc.maps.sources.geojson import GeoJsonFile
from mapsvc.maps.sources.hotspots import Hotspots
from mapsvc.maps.sources.issues import Issues
from mapsvc.maps.sources.patches import Patches
from mapsvc.maps.sources.patrol import Patrol
from mapsvc.maps.sources.places import Places
from mapsvc.maps.sources.shops import Shops
from mapsvc.maps.sources.silent import Silent

SOURCES: Mapping[str, Source] = {
    "geojson": GeoJsonFile(),
    "shops": Shops(),
    "issues": Issues(),
    "places": Places(),
    "patches": Patches(),
    "hotspots": Hotspots(),
    "patrol": Patrol(),
    "silent": Silent(),
    "coverage": Coverage(),
}

__all__ = ["MOST_SINGLE", "SOURCES", "Ask", "Source"]
