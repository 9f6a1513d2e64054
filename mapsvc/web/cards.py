"""联心卡: the card on paper, and what its code opens: the door for who works there, a word for strangers."""

from typing import TypeVar
from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, may
from mapsvc.operations import cards as operations
from mapsvc.operations.welcome import welcome
from mapsvc.web.api.parsing import path_code
from mapsvc.web.codes import card_address, code_svg, is_reachable
from mapsvc.web.context import actor, someone, workspace

blueprint = Blueprint("cards", __name__)
CODE_MM = 22.0
_PAGES = ("card", "welcome")
T = TypeVar("T", bound=AnyResponse)


@blueprint.get("/c/<token>")
def opened(token: str) -> AnyResponse:
    """Where the code of a printed card leads; strangers learn nothing about the shop."""
    found = operations.open_card(workspace(), token)
    if found is None:
        return _told("unknown", 404)
    if found.shop_code is None:
        return _told("dead", 410)
    who = someone()
    if who is None or not may(who, Action.SEE_MAP):
        return _told("stranger", 200)
    return _kept_by_nobody(redirect(_door(who, found.shop_code, token), 303))


@blueprint.get("/shops/<code>/card")
def card(code: str) -> Response:
    """One card of 90 by 54 mm to print, or the button that makes it."""
    return _sheet("card.html", code)


@blueprint.post("/shops/<code>/card")
def make(code: str) -> AnyResponse:
    """Make the shop's card, or a new one for a lost one; back to the sheet that asked."""
    back = request.form.get("back", "")
    operations.make_card(workspace(), actor(), path_code(code), is_lost=bool(request.form.get("lost")))
    return redirect(f"/shops/{quote(path_code(code), safe='')}/{back if back in _PAGES else _PAGES[0]}", 303)


@blueprint.get("/shops/<code>/welcome")
def welcome_sheet(code: str) -> Response:
    """A sheet for a new tenant: who looks after the door, how to reach them, what becomes of what is said."""
    return _sheet("welcome.html", code)


def _sheet(template: str, code: str) -> Response:
    said = welcome(workspace(), actor(), path_code(code))
    settings = workspace().settings
    address = card_address(said.card.token) if said.card else ""
    page = render_template(
        template,
        said=said,
        block=settings.block_name,
        secretary=settings.secretary_name,
        phone=settings.office_phone,
        code=code_svg(address, CODE_MM) if address else "",
        address=address.partition("://")[2],
        is_reachable=is_reachable(),
    )
    return _kept_by_nobody(make_response(page))


def _door(who: Actor, code: str, token: str) -> str:
    door = quote(code, safe="")
    return f"/today/doors/{door}?card={token}" if may(who, Action.RECORD_VISIT) else f"/shops/{door}"


def _told(case: str, status: int) -> Response:
    settings = workspace().settings
    page = render_template("card_told.html", case=case, block=settings.block_name, phone=settings.office_phone)
    return _kept_by_nobody(make_response(page, status))


def _kept_by_nobody(response: T) -> T:
    # The token is an address: neither a cache nor the next page's log may learn it.
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
