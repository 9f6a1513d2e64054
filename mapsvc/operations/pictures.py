"""Pictures as they come, made into JPEGs that hold nothing but what is seen: no place, no camera, no preview."""

import io
import threading
import warnings
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from mapsvc.domain.photos import LONGEST_SIDE_PX, Format, format_of
from mapsvc.errors import Refused, Unsupported

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 60_000_000
"""Of a camera's usual JPEG, which is unpacked in lines and at half its size or less."""
MOST_UNPACKED_PIXELS = 24_000_000
"""Of anything else, which is unpacked whole (200 MB): a bomb of zeros is some kilobytes and says it is gigabytes."""
_MOST_SCANS = 64
"""A progressive JPEG has about ten; each costs a pass over the whole picture."""
_QUALITY = 82
_TURNED = 0x0112
# Other modes (palettes, 16 bits) are made colours first: mixing their numbers gives no colour between.
_SHRINKABLE = frozenset({"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"})
# One at a time in each process: a picture being unpacked may need 200 MB.
_alone = threading.Lock()


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept: a JPEG without metadata, at most 2048 px long."""

    jpeg: bytes
    sha256: str
    width_px: int
    height_px: int


def clean_picture(content: bytes) -> Picture:
    """Make a JPEG or PNG of anybody's into one of ours: turned upright, made smaller, all metadata gone.

    Raises
    ------
    Unsupported
        It is neither JPEG nor PNG.
    Refused
        It has too many pixels, or cannot be read to its end.
    """
    form = format_of(content)
    if form is Format.HEIC:
        raise Unsupported(
            "这张是 HEIC 格式的照片，这里打不开。请在手机的相机设置里把格式改成“兼容性最好”，或用网页里的拍照按钮。",
            field="file",
            code="heic",
        )
    if form is None:
        raise Unsupported("这个文件不是照片：只收 JPEG 和 PNG，请重选一张。", field="file", code="not_a_picture")
    if form is Format.JPEG and content.count(b"\xff\xda") > _MOST_SCANS:
        raise _broken()
    with _alone, warnings.catch_warnings():
        from PIL import Image

        # Pillow warns of bombs and unpacks them all the same; here a warning is a refusal.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        return _cleaned(content, form)


def square(picture: Picture, box: tuple[float, float, float] | None = None) -> Picture:
    """The square of a clean picture that `box` says (left, top, side as shares of its width), else its middle."""
    from PIL import Image

    with Image.open(io.BytesIO(picture.jpeg), formats=("JPEG",)) as image:
        wide, high = image.size
        left, top, side = (round(part * wide) for part in box) if box else (0, 0, 0)
        if not box or side < 1 or left < 0 or top < 0 or left + side > wide or top + side > high:
            side = min(wide, high)
            left, top = (wide - side) // 2, (high - side) // 2
        cut = image.crop((left, top, left + side, top + side))
        return _kept(_jpeg_of(cut), cut.size)


def small(jpeg: bytes, width_px: int) -> bytes:
    """One of our own JPEGs, `width_px` wide, for a list."""
    from PIL import Image

    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
        image.draft("RGB", (width_px * 2, width_px * 2))
        image.thumbnail((width_px, width_px * 2))
        return _jpeg_of(image)


def _cleaned(content: bytes, form: Format) -> Picture:
    from PIL import Image

    # Whatever a made-up file upsets in the reader, it is the file's fault: the reader names no common base.
    try:
        with Image.open(io.BytesIO(content), formats=(form.value,)) as image:
            is_usual = form is Format.JPEG and "progressive" not in image.info and image.mode in ("L", "RGB")
            most = MOST_PIXELS if is_usual else MOST_UNPACKED_PIXELS
            if image.width * image.height > most:
                raise _too_many_pixels(image.width, image.height, most)
            turned = _orientation(image)
            upright = _upright(image, turned)
            return _kept(_jpeg_of(upright), upright.size)
    except Refused:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _too_many_pixels() from None
    except Exception as error:
        raise _broken() from error


def _orientation(image: "Image.Image") -> int:
    """The EXIF orientation, 1 to 8 (CIPA DC-008); 1 where it is missing or the notes are damaged."""
    try:
        return int(image.getexif().get(_TURNED, 1))
    except Exception:
        return 1


def _upright(image: "Image.Image", turned: int) -> "Image.Image":
    from PIL import Image

    # Of a JPEG only as many pixels are unpacked as are wanted.
    image.draft("RGB", (LONGEST_SIDE_PX, LONGEST_SIDE_PX))
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    elif image.mode not in _SHRINKABLE:
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    image.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX), reducing_gap=2.0)
    moves = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    return image.transpose(moves[turned]) if turned in moves else image


def _jpeg_of(image: "Image.Image") -> bytes:
    from PIL import Image

    # A new picture has nothing of the old but its pixels; what was transparent becomes white.
    plain = Image.new("RGB", image.size, "white")
    if image.mode in ("RGBA", "LA"):
        seen = image.convert("RGBA")
        plain.paste(seen, mask=seen.getchannel("A"))
    else:
        plain.paste(image.convert("RGB"))
    written = io.BytesIO()
    plain.save(written, "JPEG", quality=_QUALITY, optimize=True)
    return written.getvalue()


def _kept(jpeg: bytes, size: tuple[int, int]) -> Picture:
    return Picture(jpeg, sha256(jpeg).hexdigest(), *size)


def _broken() -> Refused:
    return Refused("这张照片读不出来，可能没有传完整；请重拍或重选一张。", field="file", code="broken_photo")


def _too_many_pixels(width: int = 0, height: int = 0, most: int = MOST_PIXELS) -> Refused:
    told = f"（{width}×{height}）" if width else ""
    return Refused(
        f"这张照片的像素太多{told}，最多{most // 10_000}万；请在相机设置里改小尺寸后重拍。",
        field="file",
        code="too_many_pixels",
    )
