"""A picture as PNG, drawn by Pillow with the shipped font: for files that take no SVG."""

import io
from itertools import pairwise
from math import ceil, floor, hypot
from typing import TYPE_CHECKING

from mapsvc.maps.picture_fonts import BOLD, REGULAR, drawable, font_for
from mapsvc.maps.picture_parts import MIDDLE_EM, Area, Box, Disc, Line, Part, Points, Words

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

# Lines have no smooth edges of their own: drawn twice as large, then made smaller.
_FINER = 2
_HALO = 1.75


def to_png(parts: tuple[Part, ...], width: float, height: float, scale: float = 2.0) -> bytes:
    """Draw the parts; the same parts give the same bytes.

    Parameters
    ----------
    scale : float
        Pixels of the file per pixel of the picture.
    """
    from PIL import Image, ImageDraw

    fine = scale * _FINER
    image = Image.new("RGB", (round(width * fine), round(height * fine)), "#ffffff")
    brush = ImageDraw.Draw(image)
    for part in parts:
        _draw(image, brush, part, fine)
    image = image.resize((round(width * scale), round(height * scale)), Image.Resampling.BOX)
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=7, dpi=(96 * scale, 96 * scale))
    return out.getvalue()


def _draw(image: "Image", brush: "ImageDraw", part: Part, fine: float) -> None:
    if isinstance(part, Words):
        _words(image, brush, part, fine)
    elif isinstance(part, Area):
        _area(image, brush, part, fine)
    elif isinstance(part, Line):
        _line(brush, part.points, part.stroke, part.width, part.dash, fine)
    elif isinstance(part, Disc):
        reach = part.radius + part.width / 2
        box = [((c + d * reach) * fine) for d in (-1, 1) for c in part.at]
        brush.ellipse(box, part.fill, part.stroke, _thick(part.width, fine) if part.stroke else 0)
    else:
        _box(brush, part, fine)


def _box(brush: "ImageDraw", part: Box, fine: float) -> None:
    (x, y), edge = part.at, part.width / 2
    box = [(x - edge) * fine, (y - edge) * fine, (x + part.wide + edge) * fine, (y + part.high + edge) * fine]
    brush.rounded_rectangle(
        box, part.radius * fine, part.fill, part.stroke, _thick(part.width, fine) if part.stroke else 0
    )


def _area(image: "Image", brush: "ImageDraw", part: Area, fine: float) -> None:
    at = [(x * fine, y * fine) for x, y in part.points]
    if part.fill and part.opacity < 1:
        from PIL import Image, ImageDraw

        x0, y0, x1, y1 = _around(at, image.size)
        if x0 < x1 and y0 < y1:
            veil = Image.new("L", (x1 - x0, y1 - y0), 0)
            ImageDraw.Draw(veil).polygon([(x - x0, y - y0) for x, y in at], round(255 * part.opacity))
            image.paste(part.fill, (x0, y0), veil)
    elif part.fill:
        brush.polygon(at, part.fill)
    if part.stroke:
        closed = (*part.points, part.points[0])
        _line(brush, closed, part.stroke, part.width, part.dash, fine)


def _around(points: list[tuple[float, float]], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The whole pixels of an image of this size that an outline may touch."""
    xs, ys = zip(*points, strict=True)
    left, top = max(floor(min(xs)) - 1, 0), max(floor(min(ys)) - 1, 0)
    return left, top, min(ceil(max(xs)) + 2, size[0]), min(ceil(max(ys)) + 2, size[1])


def _line(brush: "ImageDraw", points: Points, stroke: str, width: float, dash: tuple[float, ...], fine: float) -> None:
    thick = _thick(width, fine)
    for piece in _dashed(points, dash) if dash else (points,):
        at = [(x * fine, y * fine) for x, y in piece]
        brush.line(at, stroke, thick, joint="curve")
        if not dash and thick > 2:
            for x, y in (at[0], at[-1]):
                brush.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), stroke)


def _dashed(points: Points, dash: tuple[float, ...]) -> list[Points]:
    """The pieces of a line that are drawn: every other one of the pattern."""
    pieces: list[Points] = []
    current: list[tuple[float, float]] = [points[0]]
    step, left = 0, dash[0]
    for (x1, y1), (x2, y2) in pairwise(points):
        length, at = hypot(x2 - x1, y2 - y1), 0.0
        while length - at > left:
            at += left
            spot = (x1 + (x2 - x1) * at / length, y1 + (y2 - y1) * at / length)
            if step % 2 == 0:
                pieces.append((*current, spot))
            current, step = [spot], step + 1
            left = dash[step % len(dash)]
        left -= length - at
        current.append((x2, y2))
    if step % 2 == 0 and len(current) > 1:
        pieces.append(tuple(current))
    return pieces


def _words(image: "Image", brush: "ImageDraw", words: Words, fine: float) -> None:
    weight, size = BOLD if words.bold else REGULAR, round(words.size * fine)
    letters = [(drawable(c), font_for(c, size, weight)) for c in words.text]
    wide = sum(font.getlength(c) for c, font in letters)
    halo = round(_HALO * fine) if words.halo else 0
    if words.turn:
        from PIL import Image, ImageDraw

        side = round(max(wide, size) * 1.5) + 2 * halo
        aside = Image.new("RGBA", (side, side), (0, 0, 0, 0))
        _letters(ImageDraw.Draw(aside), letters, (side / 2 - wide / 2, side / 2 + size * MIDDLE_EM), words, halo)
        turned = aside.rotate(-words.turn, Image.Resampling.BICUBIC)
        image.paste(turned, (round(words.at[0] * fine - side / 2), round(words.at[1] * fine - side / 2)), turned)
    else:
        start = (words.at[0] * fine - wide / 2, words.at[1] * fine + size * MIDDLE_EM)
        _letters(brush, letters, start, words, halo)


def _letters(
    brush: "ImageDraw", letters: list[tuple[str, "FreeTypeFont"]], start: tuple[float, float], words: Words, halo: int
) -> None:
    """All halos first: none may cover the letter before it."""
    for stroke, fill in ((halo, words.halo), (0, words.fill)):
        x = start[0]
        if fill is None:
            continue
        for character, font in letters:
            brush.text((x, start[1]), character, fill, font, anchor="ls", stroke_width=stroke, stroke_fill=fill)
            x += font.getlength(character)


def _thick(width: float, fine: float) -> int:
    return max(1, round(width * fine))
