"""QR codes as SVG for paper, and the address they hold."""

from urllib.parse import urlsplit

from flask import request
from markupsafe import Markup

from mapsvc.web.context import workspace

QUIET_MODULES = 4
_DECIMALS = 4


def card_address(token: str) -> str:
    """The address of a card: under the office's public address if it has one, else under the one asked just now."""
    return public_address(f"/c/{token}")


def public_address(path: str) -> str:
    """The whole address of a card's or an order's page, as `card_address` has it: no other is served outside."""
    base = workspace().settings.public_url or request.host_url
    return f"{base.rstrip('/')}{path}"


def inside_address(path: str) -> str:
    """The whole address of a page that the office and its phones serve: under the one asked just now."""
    return f"{request.host_url.rstrip('/')}{path}"


def is_reachable(*, is_inside: bool = False) -> bool:
    """Whether a phone can follow addresses made now: not if they name the very machine the browser runs on."""
    public = "" if is_inside else workspace().settings.public_url
    host = (urlsplit(public).netloc if public else request.host).rsplit(":", 1)[0]
    return not (host == "localhost" or host.startswith("127.") or host in ("[::1]", "0.0.0.0"))


def code_svg(text: str, side_mm: float) -> Markup:
    """`text` as a QR code (ISO/IEC 18004, level M): dark modules `side_mm` wide in all, four light ones around."""
    import segno

    code = segno.make(text, error="m", micro=False)
    scale = round(side_mm / code.symbol_size(border=0)[0], _DECIMALS)
    # Made of nothing but numbers: what was put in stands in the modules alone.
    return Markup(code.svg_inline(scale=scale, unit="mm", border=QUIET_MODULES))
