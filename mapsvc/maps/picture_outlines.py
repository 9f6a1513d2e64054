"""The shapes of the kinds of issue as polygons on a circle of radius 1, as static/app/map/shapes.js draws them."""

from functools import cache
from math import cos, pi, sin

from mapsvc.maps.picture_parts import Point, Points

_STEPS = 24


def outline(shape: str, at: Point, radius: float) -> Points:
    """The outline of a shape around a point."""
    return tuple((at[0] + x * radius, at[1] + y * radius) for x, y in _unit(shape))


@cache
def _unit(shape: str) -> Points:
    if shape == "drop":
        return _drop()
    if shape == "square":
        return (-0.86, -0.86), (0.86, -0.86), (0.86, 0.86), (-0.86, 0.86)
    if shape == "triangle":
        return (0.0, -1.0), (1.0, 0.78), (-1.0, 0.78)
    if shape == "diamond":
        return (0.0, -1.1), (1.1, 0.0), (0.0, 1.1), (-1.1, 0.0)
    if shape == "hexagon":
        return _polygon(6, 0.0, 1.08)
    if shape == "pentagon":
        return _polygon(5, -pi / 2, 1.06)
    if shape == "star":
        radii = [0.46 if i % 2 else 1.05 for i in range(10)]
        return tuple((r * cos(pi * i / 5 - pi / 2), r * sin(pi * i / 5 - pi / 2)) for i, r in enumerate(radii))
    if shape == "cross":
        a = 0.36
        arm = ((-a, -1.0), (a, -1.0), (a, -a), (1.0, -a), (1.0, a), (a, a))
        return (*arm, (a, 1.0), (-a, 1.0), (-a, a), (-1.0, a), (-1.0, -a), (-a, -a))
    return _polygon(2 * _STEPS, 0.0, 1.0)


def _polygon(count: int, turn: float, radius: float) -> Points:
    return tuple(
        (radius * cos(2 * pi * i / count + turn), radius * sin(2 * pi * i / count + turn)) for i in range(count)
    )


def _drop() -> Points:
    """A point above, a half circle below, a curve down each side."""
    right = [_bezier((0.0, -1.18), (0.28, -0.62), (0.8, -0.16), (0.8, 0.36), i / _STEPS) for i in range(_STEPS)]
    below = [(0.8 * cos(pi * i / _STEPS), 0.36 + 0.8 * sin(pi * i / _STEPS)) for i in range(_STEPS + 1)]
    left = [(-x, y) for x, y in reversed(right[1:])]
    return (*right, *below, *left)


def _bezier(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    u = 1 - t
    weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
    x, y = (sum(w * p[i] for w, p in zip(weights, (a, b, c, d), strict=True)) for i in (0, 1))
    return x, y
