"""Keys of the exchange: one shared by both sides, out of it one for each direction and the surface's name."""

import base64
import binascii
import hmac
import secrets
from dataclasses import dataclass

from mapsvc.errors import Usage

KEY_BYTES = 32
INSIDE, OUTSIDE = "inside", "outside"
_FEWEST_DIFFERENT_BYTES = 8


@dataclass(frozen=True)
class Keys:
    """What one shared key gives.

    Attributes
    ----------
    surface : str
        Name of the public surface, in hex: tells which key a letter was made with, and nothing of the key.
    of : mapping
        Sender -> key of its letters.
    """

    surface: str
    of: dict[str, bytes]

    def __repr__(self) -> str:
        return f"Keys(surface={self.surface!r})"


def new_key() -> str:
    """A fresh key of 32 random bytes, as it is written into MAPSVC_SURFACE_KEY on both sides."""
    return secrets.token_urlsafe(KEY_BYTES)


def keys_of(text: str) -> Keys:
    """Derive what the shared key gives (HMAC-SHA256 with one label per use, RFC 5869's expand step).

    Raises
    ------
    Usage
        No key, one that is too short, or one that somebody thought up.
    """
    if not text.strip():
        raise Usage(
            "还没有交换钥匙：请运行 mapsvc surface key 生成一把，两边都设成 MAPSVC_SURFACE_KEY。", field="surface_key"
        )
    shared = _decoded(text.strip())
    if shared is None or len(shared) < KEY_BYTES or len(set(shared)) < _FEWEST_DIFFERENT_BYTES:
        raise Usage(
            f"MAPSVC_SURFACE_KEY 太短或不是生成的钥匙，至少要{KEY_BYTES}个随机字节；"
            "请用 mapsvc surface key 重新生成，两边换成一样的。",
            field="surface_key",
        )
    return Keys(
        _derived(shared, "surface").hex()[:16], {sender: _derived(shared, sender) for sender in (INSIDE, OUTSIDE)}
    )


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None


def _derived(shared: bytes, label: str) -> bytes:
    return hmac.digest(shared, b"mapsvc exchange 1 " + label.encode() + b"\x01", "sha256")
