"""The door of a card's pages: slowed for who guesses, one and the same page for every address that opens nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from flask import Flask, Response, current_app, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.surface import LaidCard, key_of
from mapsvc.errors import TooMany
from mapsvc.operations.surface import cards
from mapsvc.operations.surface.limits import Doorkeeper
from mapsvc.web.public import context

EXTENSION = "mapsvc.doorkeeper"
COOKIE = "opened"
Answer = AnyResponse | str | tuple[str, int]
_KEPT_S = 400 * 24 * 3600


@dataclass(frozen=True)
class Visit:
    """A request for a live card: the address its pages begin with, and the (hashed) source it comes from."""

    card: LaidCard
    base: str
    source: str


def doorkeeper() -> Doorkeeper:
    """The one of this process."""
    found: Doorkeeper = current_app.extensions[EXTENSION]
    return found


def init(app: Flask) -> None:
    """Post a doorkeeper."""
    app.extensions[EXTENSION] = Doorkeeper.of(app.extensions[context.EXTENSION])


def of_card(view: Callable[..., Answer]) -> Callable[..., AnyResponse]:
    """A view of the card whose token stands in the address; nothing a stranger sends is read before it is found."""

    @wraps(view)
    def guarded(token: str, **parts: str) -> AnyResponse:
        keeper, key = doorkeeper(), key_of(token)
        source = keeper.source(context.source())
        is_known = keeper.is_known(key, request.cookies.get(COOKIE, ""))
        try:
            keeper.admit(source, is_known)
        except TooMany as error:
            return _busy(error)
        card = cards.find_card(context.space(), token)
        if card is None:
            if not is_known:
                keeper.missed(source)
            return make_response(render_template("public/dead.html"), 404)
        visit = Visit(card, f"/c/{token}", source)
        response = make_response(view(visit, **parts))
        if not is_known:
            _remember(response, keeper.device_sign(key), visit.base)
        return response

    return guarded


def _remember(response: Response, sign: str, base: str) -> None:
    # Only for this card's own pages: what was opened with one phone cannot be put together.
    response.set_cookie(
        COOKIE, sign, max_age=_KEPT_S, path=base, secure=context.is_secure(), httponly=True, samesite="Lax"
    )


def _busy(error: TooMany) -> Response:
    wait_s = str(error.extra["retry_after_s"])
    response = make_response(render_template("public/busy.html", wait_s=wait_s), 429)
    response.headers["Retry-After"] = wait_s
    return response
