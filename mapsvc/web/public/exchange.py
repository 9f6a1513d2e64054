"""POST /exchange: the door for the inside's letters; to everybody else there is nothing here."""

from flask import Blueprint, Response, abort, request
from flask.blueprints import BlueprintSetupState
from werkzeug.routing import Rule

from mapsvc.operations.exchange.letters import CONTENT_TYPE, HEAD_BYTES, BadLetter
from mapsvc.operations.surface import post
from mapsvc.web.public.context import space
from mapsvc.web.public.shield import EXCHANGE, LARGEST_LETTER

blueprint = Blueprint("public_exchange", __name__)
_ENDPOINT = "public_exchange.exchange"


@blueprint.record_once
def _ready(state: BlueprintSetupState) -> None:
    # A rule without methods takes every one, so that nobody is told by a 405 that there is something for another.
    state.app.url_map.add(Rule(EXCHANGE, endpoint=_ENDPOINT))


@blueprint.endpoint(_ENDPOINT)
def exchange() -> Response:
    """Take a letter in and answer it; what is not signed by the inside finds no such address."""
    is_likely = request.method == "POST" and request.mimetype == CONTENT_TYPE
    if not is_likely or (request.content_length or 0) > LARGEST_LETTER:
        abort(404)
    # A stranger's body is not read beyond its first line.
    head = request.stream.read(HEAD_BYTES)
    if not post.is_for_us(space(), head):
        abort(404)
    try:
        answer = post.answer_letter(space(), head + request.stream.read())
    except BadLetter as error:
        abort(409 if error.code == "old_letter" else 404)
    return Response(answer, mimetype=CONTENT_TYPE)
