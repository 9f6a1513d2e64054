"""Two fictional years of a street, by seed and up to today, in which the product's stories can be seen."""

from mapsvc.demo.make import make_demo

__all__ = ["make_demo"]
