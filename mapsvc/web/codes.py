"""QR codes as SVG for paper, and the address they hold."""

from flask import request
from markupsafe import Markup

from mapsvc.web.context import workspace

QUIET_MODULES = 4
_DECIMALS = 4


def card_address(token: str) -> str:
    """The address of a card: under the office's public address if it has one, else under the one asked just now."""
    return address_of(f"/c/{token}")


def address_of(path: str) -> str:
    """The whole address of a page, as `card_address` has it."""
    base = workspace().settings.public_url or request.host_url
    return f"{base.rstrip('/')}{path}"


def is_reachable() -> bool:
    """Whether a phone can follow addresses made now: not if they name the very machine the browser runs on."""
    if workspace().settings.public_url:
        return True
    host = request.host.rsplit(":", 1)[0]
    return not (host == "localhost" or host.startswith("127.") or host in ("[::1]", "0.0.0.0"))


def code_svg(text: str, side_mm: float) -> Markup:
    """`text` as a QR code (ISO/IEC 18004, level M): dark modules `side_mm` wide in all, four light ones around."""
    import segno

    code = segno.make(text, error="m", micro=False)
    scale = round(side_mm / code.symbol_size(border=0)[0], _DECIMALS)
    # Made of nothing but numbers: what was put in stands in the modules alone.
    return Markup(code.svg_inline(scale=scale, unit="mm", border=QUIET_MODULES))
