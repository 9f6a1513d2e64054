"""/api/v1/openapi.json: written from what each endpoint says of itself."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify

from mapsvc import __version__
from mapsvc.web import surfaces
from mapsvc.web.api.describe import Description, description_of, operation_of

blueprint = Blueprint("openapi", __name__)
PREFIX = "/api/v1"
_PARAMETER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("field", "code", "message")},
            },
        },
    },
    "required": ["title", "status", "detail", "errors"],
}


@blueprint.get(f"{PREFIX}/openapi.json")
def openapi() -> Response:
    """The description of the whole API."""
    return jsonify(document(current_app.extensions[surfaces.EXTENSION]))


@cache
def document(surface: str) -> dict[str, Any]:
    """OpenAPI 3.1 of the routes that `surface` serves under /api/v1."""
    # This application may hold some of them only: a mute one of all parts tells them.
    app = Flask(__name__, static_folder=None)
    surfaces.register(app, surfaces.parts_of(surface))
    paths: dict[str, dict[str, Any]] = {}
    for rule, told in _endpoints(app):
        path = _PARAMETER.sub(r"{\1}", rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            paths.setdefault(path, {})[method.lower()] = _operation(rule.rule, told) | {
                "operationId": f"{method.lower()}_{rule.endpoint.replace('.', '_')}"
            }
    bearer = {"type": "http", "scheme": "bearer"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "民情地图", "version": __version__},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": {"Problem": _PROBLEM}, "securitySchemes": {"token": bearer}},
    }


def _endpoints(app: Flask) -> Iterator[tuple[Any, Description]]:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(PREFIX):
            view = app.view_functions[rule.endpoint]
            first_line = (view.__doc__ or "").strip().split("\n")[0]
            yield rule, description_of(view) or Description(first_line)


def _operation(rule: str, told: Description) -> dict[str, Any]:
    operation = operation_of(told)
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(rule)
    ]
    if in_path:
        operation["parameters"] = [*in_path, *operation.get("parameters", [])]
    return operation
