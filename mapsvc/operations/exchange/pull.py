"""One exchange over the network, by the office's settings."""

from mapsvc.domain.actors import Actor
from mapsvc.errors import MapsvcError, Usage
from mapsvc.operations.exchange import state as states
from mapsvc.operations.exchange.network import Post
from mapsvc.operations.exchange.rounds import Exchanged, exchange, failed
from mapsvc.operations.workspace import Workspace


def pull(ws: Workspace, actor: Actor) -> Exchanged:
    """Exchange letters with the public surface until nothing is left.

    Raises
    ------
    Forbidden
    Usage
        No address or key, or ones that cannot be.
    Unreachable, BadLetter
        It could not be done now.
    """
    settings = ws.settings
    url = states.address(settings)
    if not url:
        raise Usage("还没有设公网页面的网址：请设 MAPSVC_SURFACE_URL（或 MAPSVC_PUBLIC_URL）。", field="surface_url")
    try:
        post = Post(url, settings.surface_ca)
    except MapsvcError as error:
        failed(ws, str(error))
        raise
    return exchange(ws, actor, post)
