"""Pictures as phones and ill-meaning people make them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

SECRET = "秘密 13812345678"
ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def gradient(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Red grows to the right, green downwards: any turn is seen."""
    red, green = Image.linear_gradient("L").rotate(90), Image.linear_gradient("L")
    both = Image.merge("RGB", (red, green, Image.new("L", red.size, 40))).resize((width, height))
    return both.convert(mode)


def jpeg(width: int = 64, height: int = 48, turned: int = 1, **more: Any) -> bytes:
    """A JPEG with everything a phone writes into one: place, maker, a comment, a colour profile."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = turned, "PhoneMaker"
    exif[GPS] = {1: "N", 2: (IFDRational(31), IFDRational(15), IFDRational(0)), 3: "E", 4: (121.0, 25.0, 0.0)}
    out = io.BytesIO()
    gradient(width, height).save(
        out, "JPEG", exif=exif, comment=SECRET.encode(), icc_profile=b"profile of one phone" * 9, xmp=b"<x>place</x>",
        quality=90, **more,
    )  # fmt: skip
    return out.getvalue()


def png(mode: str = "RGB", width: int = 64, height: int = 48) -> bytes:
    """A PNG of any mode, with a text in it."""
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    told.add_text("Author", SECRET)
    out, drawn = io.BytesIO(), gradient(width, height)
    drawn = drawn.convert("RGBA").quantize(64) if mode == "PA" else drawn.convert("L" if mode == "I;16" else mode)
    if mode == "I;16":
        drawn = drawn.convert("I").point(lambda v: v * 257).convert("I;16")
    drawn.save(out, "PNG", pnginfo=told)
    return out.getvalue()


def heic() -> bytes:
    """The beginning of what an iPhone sends."""
    return struct.pack(">I", 24) + b"ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 200


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A few kilobytes that say they are 3.6 gigapixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1_000_000))), (b"IEND", b""))
    )
