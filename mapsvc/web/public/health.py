"""/healthz and /robots.txt of the public surface."""

from flask import Blueprint, Response, jsonify

from mapsvc import __version__
from mapsvc.store.surface import facts
from mapsvc.web.public.context import space

blueprint = Blueprint("public_health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answers 200 when the store can be read."""
    with space().read() as conn:
        facts.get(conn, facts.SCHEMA)
    return jsonify({"status": "ok", "version": __version__})


@blueprint.get("/robots.txt")
def robots() -> Response:
    """No page here is for search engines."""
    return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")
