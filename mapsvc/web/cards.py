"""联心卡: the card on paper, and what its code opens: the door for who works there, a word for strangers."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.actors import Actor
from mapsvc.domain.cards import REVOKED_WHY_NAMES, RevokedWhy
from mapsvc.domain.permissions import Action, may
from mapsvc.errors import Refused
from mapsvc.operations import cards as operations
from mapsvc.operations.card_sheets import faces
from mapsvc.operations.chat_code import current
from mapsvc.operations.welcome import welcome
from mapsvc.web.api.parsing import path_code
from mapsvc.web.card_paper import CODE_MM, face_of, kept_by_nobody, words
from mapsvc.web.codes import card_address, code_svg, is_reachable
from mapsvc.web.context import actor, someone, workspace

blueprint = Blueprint("cards", __name__)
_PAGES = ("card", "welcome")
_SAID = {"printed": "记下了：这张卡印过了。", "alive": "恢复了，原来的卡接着用。"}


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
    return kept_by_nobody(redirect(_door(who, found.shop_code, token), 303))


@blueprint.get("/shops/<code>/card")
def card(code: str) -> Response:
    """One card of 90 by 54 mm to print, or the button that makes it; `?paper=trim` for a printer's shop."""
    return _card(code, {})


@blueprint.post("/shops/<code>/card")
def make(code: str) -> AnyResponse:
    """Make the shop's card, or a new one for a lost one; back to the sheet that asked."""
    back = request.form.get("back", "")
    operations.make_card(workspace(), actor(), path_code(code), is_lost=bool(request.form.get("lost")))
    return redirect(_url(code, back if back in _PAGES else _PAGES[0]), 303)


@blueprint.post("/shops/<code>/card/stop")
def stop(code: str) -> AnyResponse:
    """停用: the printed card opens nothing from now on."""

    def act() -> str:
        why = request.form.get("why", "")
        if why not in {one.value for one in RevokedWhy}:
            raise Refused("请选一个停用的原因。", field="why", code="no_reason")
        stopped = operations.stop_card(workspace(), actor(), path_code(code), RevokedWhy(why))
        return f"{_url(code)}?stopped={quote(stopped.id, safe='')}"

    return _done(code, act)


@blueprint.post("/shops/<code>/card/undo-stop")
def undo_stop(code: str) -> AnyResponse:
    """It was stopped by mistake."""

    def act() -> str:
        operations.undo_stop(workspace(), actor(), path_code(code), request.form.get("card", "")[:36])
        return f"{_url(code)}?done=alive"

    return _done(code, act)


@blueprint.post("/shops/<code>/card/printed")
def printed(code: str) -> AnyResponse:
    """The print button: remember that the card was printed."""
    operations.mark_printed(workspace(), actor(), [path_code(code)])
    return redirect(f"{_url(code)}?done=printed", 303)


@blueprint.post("/shops/<code>/card/unprinted")
def unprinted(code: str) -> AnyResponse:
    """It was not printed after all."""
    operations.unmark_printed(workspace(), actor(), [path_code(code)])
    return redirect(_url(code), 303)


@blueprint.get("/shops/<code>/welcome")
def welcome_sheet(code: str) -> Response:
    """A sheet for a new tenant: who looks after the door, how to reach them, what becomes of what is said."""
    said = welcome(workspace(), actor(), path_code(code))
    address = card_address(said.card.token) if said.card else ""
    page = render_template(
        "welcome.html", said=said, code=code_svg(address, CODE_MM) if address else "",
        address=address.partition("://")[2], is_reachable=is_reachable(), chat=current(workspace()), **words(),
    )  # fmt: skip
    return kept_by_nobody(make_response(page))


def _card(code: str, faults: dict[str, str], status: int = 200) -> Response:
    who = actor()
    said = welcome(workspace(), who, path_code(code))
    face = next((face_of(one) for one in faces(workspace(), who, [said.code])), None)
    stopped = path_code(request.args.get("stopped", ""))
    page = render_template(
        "card.html", said=said, face=face, is_reachable=is_reachable(), reasons=REVOKED_WHY_NAMES.items(),
        faults=faults, stopped="" if said.card else stopped, done=request.args.get("done", ""),
        told=_SAID.get(request.args.get("done", ""), ""), is_trim=request.args.get("paper") == "trim", **words(),
    )  # fmt: skip
    return kept_by_nobody(make_response(page, status))


def _done(code: str, act: Callable[[], str]) -> AnyResponse:
    from mapsvc.web import forms

    def again(_: forms.Form, faults: dict[str, str]) -> Any:
        return _card(code, faults).get_data(as_text=True)

    return kept_by_nobody(forms.done(act, str, again))


def _url(code: str, page: str = "card") -> str:
    return f"/shops/{quote(path_code(code), safe='')}/{page}"


def _door(who: Actor, code: str, token: str) -> str:
    door = quote(code, safe="")
    return f"/today/doors/{door}?card={token}" if may(who, Action.RECORD_VISIT) else f"/shops/{door}"


def _told(case: str, status: int) -> Response:
    settings = workspace().settings
    page = render_template("card_told.html", case=case, block=settings.block_name, phone=settings.office_phone)
    return kept_by_nobody(make_response(page, status))
