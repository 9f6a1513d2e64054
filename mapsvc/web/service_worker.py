"""`/sw.js`: keeps the field app on the phone. Written from one file with the version and the list of what to keep."""

import hashlib
import json
from pathlib import Path

from flask import Blueprint, Response, current_app

from mapsvc.web import assets
from mapsvc.web.caching import shared_answer
from mapsvc.web.today_page import field_files, shell

blueprint = Blueprint("service_worker", __name__)
_SOURCE = "app/field/service-worker.js"


@blueprint.get("/sw.js")
def script() -> Response:
    """The service worker of this installation; another one as soon as any file that it keeps is another."""
    shelf: assets.Shelf = current_app.extensions[assets.EXTENSION]
    files = field_files()
    source = _source(shelf.root)
    version = hashlib.sha256(files.version.encode() + shell() + source.encode()).hexdigest()[:12]
    text = source.replace('"{version}"', json.dumps(version)).replace('["{files}"]', json.dumps(files.addresses))
    response = shared_answer(f"sw-{version}", text.encode, "text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    return response


def _source(root: Path) -> str:
    return (root / _SOURCE).read_text(encoding="utf-8")
