"""What the public surface is made of: its blueprints, and how it tells a failure."""

from importlib import import_module

from flask import Flask, Response, render_template
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.errors import MapsvcError
from mapsvc.operations.surface.space import Space
from mapsvc.web import errors
from mapsvc.web.public import context, shield

# Modules of mapsvc.web.public with a `blueprint`.
PARTS = ("health", "exchange", "orders", "card", "answers", "reports", "saying")


def init(app: Flask, space: Space) -> None:
    """Make `app` the public surface of `space`."""
    context.init(app, space)
    shield.init(app)
    for name in PARTS:
        app.register_blueprint(import_module(f"mapsvc.web.public.{name}").blueprint)


def answer(status: int, error: MapsvcError) -> AnyResponse:
    """The response for `error`: a problem for scripts, for people a page that leads nowhere."""
    if errors.wants_json():
        return errors.answer(status, error)
    title = errors.TITLES.get(status, "出错了")
    page = render_template("public/error.html", status=status, title=title, message=str(error))
    response = Response(page, status, mimetype="text/html")
    wait = error.extra.get("retry_after_s")
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response
