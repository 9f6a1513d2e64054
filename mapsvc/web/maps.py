"""The map service of this process, made when first asked for."""

from flask import current_app

from mapsvc.maps.service import MapService
from mapsvc.web.context import workspace

_EXTENSION = "mapsvc.maps"


def map_service() -> MapService:
    """The one of this application."""
    found = current_app.extensions.get(_EXTENSION)
    if not isinstance(found, MapService):
        found = current_app.extensions[_EXTENSION] = MapService(workspace())
    return found
