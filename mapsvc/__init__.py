"""mapsvc: the map a street block works from."""

__version__ = "0.1.0"
