"""Drawn pictures of a corner for the demo: flat shapes, so that nobody takes them for a photo of a real place."""

from functools import lru_cache
from io import BytesIO
from random import Random

WIDTH, HEIGHT = 640, 480
_BAGS = ("#2f3437", "#4a4f3a", "#6b4f3f", "#37474f", "#5b5f63")


@lru_cache(maxsize=8)
def corner_picture(*, is_clean: bool, turn: float = 0.0) -> bytes:
    """A JPEG of the corner, full of bags or cleared; `turn` moves what stands there."""
    from PIL import Image, ImageDraw

    random = Random(f"{turn}")
    image = Image.new("RGB", (WIDTH, HEIGHT), "#c9c4b8")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH, 250), fill="#ded6c8")
    for column in range(5):
        left = 40 + column * 126 + turn * 6
        draw.rectangle((left, 40, left + 78, 150), fill="#aab7bd", outline="#8a8272", width=4)
    draw.polygon(((0, 250), (WIDTH, 250), (WIDTH, 330), (0, 360)), fill="#b7b1a4")
    for k in range(9):
        draw.line((k * 80 - 40, HEIGHT, k * 60 + 60, 340), fill="#a8a294", width=2)
    if is_clean:
        draw.rectangle((250 + turn * 30, 300, 400 + turn * 30, 350), fill="#8b6f4e")
        for k in range(7):
            x = 262 + turn * 30 + k * 20
            draw.ellipse((x - 16, 268, x + 16, 308), fill="#4f7a4a")
        draw.rectangle((470, 180, 560, 250), fill="#fdfcfa", outline="#b3261e", width=4)
        for k in range(3):
            draw.line((484, 200 + k * 15, 546, 200 + k * 15), fill="#55514a", width=3)
    else:
        for _ in range(17):
            x, y, size = random.randrange(170, 480), random.randrange(285, 385), random.randrange(34, 62)
            draw.ellipse((x, y, x + size, y + size * 0.8), fill=random.choice(_BAGS))
            draw.polygon(((x + size * 0.4, y + 4), (x + size * 0.6, y + 4), (x + size * 0.5, y - 12)), fill="#20262a")
        draw.polygon(((210, 410), (330, 398), (344, 430), (222, 440)), fill="#a9825a")
    file = BytesIO()
    image.save(file, "JPEG", quality=82)
    return file.getvalue()
