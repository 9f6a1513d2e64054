"""POST /exchange: the door for the inside's letters; to everybody else there is nothing here."""

from flask import Blueprint, Response, abort, request

from mapsvc.operations.exchange.letters import CONTENT_TYPE, HEAD_BYTES, BadLetter
from mapsvc.operations.surface import post
from mapsvc.web.public.context import space

blueprint = Blueprint("public_exchange", __name__)


@blueprint.post("/exchange")
def exchange() -> Response:
    """Take a letter in and answer it; what is not signed by the inside finds no such address."""
    # A stranger's body is not read beyond its first line.
    head = request.stream.read(HEAD_BYTES) if request.mimetype == CONTENT_TYPE else b""
    if not post.is_for_us(space(), head):
        abort(404)
    try:
        answer = post.answer_letter(space(), head + request.stream.read())
    except BadLetter as error:
        abort(409 if error.code == "old_letter" else 404)
    return Response(answer, mimetype=CONTENT_TYPE)
