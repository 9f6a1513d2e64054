"""What a request on the public surface stands in: the space, where it comes from, the words every page shows."""

import ipaddress
from typing import Any

from flask import Flask, current_app, g, request

from mapsvc.operations.surface.space import Space
from mapsvc.store.surface import facts
from mapsvc.web.context import csp_nonce
from mapsvc.web.filters import FILTERS

EXTENSION = "mapsvc.space"


def space() -> Space:
    """The public surface that this service serves."""
    found: Space = current_app.extensions[EXTENSION]
    return found


def office() -> dict[str, Any]:
    """How the office is called, as the inside laid it out; before the first letter what the settings say."""
    if "office" not in g:
        settings = space().settings
        with space().read() as conn:
            told = facts.get(conn, facts.OFFICE) or {}
        g.office = {
            "office_name": settings.office_name,
            "block_name": settings.block_name,
            "office_phone": settings.office_phone,
            "secretary_name": settings.secretary_name,
            "worker_label": settings.worker_label,
            "is_demo": False,
        } | told
    found: dict[str, Any] = g.office
    return found


def source() -> str:
    """Where the request comes from, as attempts are counted: an address, of IPv6 the network of a household.

    The proxy that a setting names says for whom it asks; nobody else is believed.
    """
    here = _address(request.remote_addr or "")
    if here is None or not _is_proxy(here):
        return _counted(here)
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return _counted(_address(told) or here)


def is_secure() -> bool:
    """Whether the request came over TLS, to us or to the proxy that a setting names."""
    here = _address(request.remote_addr or "")
    told = request.headers.get("X-Forwarded-Proto", "")
    return request.is_secure or (told == "https" and here is not None and _is_proxy(here))


def _is_proxy(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return address in [_address(one.strip()) for one in space().settings.surface_proxy.split(",")]


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _counted(address: ipaddress.IPv4Address | ipaddress.IPv6Address | None) -> str:
    if address is None:
        return ""
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(address)


def _page_words() -> dict[str, object]:
    told = office()
    return {
        "office_name": f"{told['office_name']} · {told['block_name']}",
        "worker_label": told["worker_label"],
        "secretary_name": told["secretary_name"],
        "phone": told["office_phone"],
        "demo": told["is_demo"],
        "csp_nonce": csp_nonce(),
    }


def init(app: Flask, opened: Space) -> None:
    """Give the app its space and the words of its pages."""
    app.extensions[EXTENSION] = opened
    app.context_processor(_page_words)
    app.jinja_env.filters.update(FILTERS)
