"""`/today` and all below: one static shell for the phone, the same bytes for everybody, and the files that it needs."""

import hashlib
import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, current_app, redirect
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.desk import ROLES as DESK_ROLES
from mapsvc.domain.permissions import Action, may
from mapsvc.errors import NotFound
from mapsvc.operations.office import is_demo
from mapsvc.web import assets
from mapsvc.web.bundle import NotBundled, bundle
from mapsvc.web.caching import shared_answer
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("today_page", __name__)
log = logging.getLogger("mapsvc")
_FOLDER = "field"
_FIRST_MODULE = f"{_FOLDER}/main.js"
_STYLES_FIRST = ("css/tokens.css", f"{_FOLDER}/shell.css", f"{_FOLDER}/field.css")
# Served under their plain addresses; what an installation does not have is left out.
_BESIDE = ("app/icon.svg", f"app/{_FOLDER}/manifest.webmanifest", "vendor/qr/decode.js")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_SPACE = re.compile(r"\s+")
_TYPES = {".js": "text/javascript", ".css": "text/css"}


@dataclass(frozen=True)
class FieldFiles:
    """The packed files of the field app by name below ``packed/``, and what stands beside them."""

    version: str
    packed: dict[str, str]
    beside: tuple[str, ...]

    def address(self, name: str) -> str:
        """Where a packed file is served; the address changes with the app."""
        return f"/static/v-{self.version}/packed/{name}"

    @property
    def addresses(self) -> list[str]:
        """Everything the phone keeps beside the shell."""
        return [*map(self.address, self.packed), *(f"/static/{name}" for name in self.beside)]


@blueprint.get("/today")
@blueprint.get("/today/<path:view>")
def today(view: str = "") -> AnyResponse:
    """The shell; what it shows comes from the phone itself. Who makes no calls has a desk instead."""
    who = actor()
    if who.role in DESK_ROLES and not may(who, Action.RECORD_VISIT, who.person_id):
        return redirect("/desk")
    return _shell_answer()


@blueprint.get("/today/shell")
def shell_only() -> Response:
    """The same bytes for strangers, so that an update installs while nobody is signed in."""
    return _shell_answer()


@blueprint.get("/static/v-<version>/packed/field.js", defaults={"name": "field.js"})
@blueprint.get("/static/v-<version>/packed/field.css", defaults={"name": "field.css"})
@blueprint.get("/static/v-<version>/packed/field/<name>")
def packed(version: str, name: str) -> Response:
    """A packed file; later parts stand in a folder of their own."""
    files = field_files()
    name = name if name in ("field.js", "field.css") else f"{_FOLDER}/{name}"
    source = files.packed.get(name)
    if source is None:
        raise NotFound("没有这个文件，请刷新页面。")
    response = shared_answer(f"{files.version}-{name}", source.encode, _TYPES[Path(name).suffix], quality=11)
    if version == files.version:
        response.headers["Cache-Control"] = assets.FOREVER
    return response


def field_files() -> FieldFiles:
    """The files of the field app as they are installed."""
    shelf: assets.Shelf = current_app.extensions[assets.EXTENSION]
    return _files(shelf.root, shelf.version)


def shell() -> bytes:
    """The page: the office's name and whether its data is fictional, nothing about anybody."""
    ws, files = workspace(), field_files()
    page = current_app.jinja_env.get_template("today.html").render(
        office_name=f"{ws.settings.office_name} · {ws.settings.block_name}",
        demo=is_demo(ws),
        version=files.version,
        style=files.address("field.css"),
        script=files.address("field.js") if "field.js" in files.packed else f"/static/app/{_FIRST_MODULE}",
    )
    return page.encode()


def _shell_answer() -> Response:
    page = shell()
    response = shared_answer(hashlib.sha256(page).hexdigest()[:20], lambda: page, "text/html")
    response.headers["Vary"] = "Accept-Encoding"
    return response


@lru_cache(maxsize=4)
def _files(root: Path, _version: str) -> FieldFiles:
    app = root / "app"
    packed = {"field.css": _styles(app)}
    try:
        parts = bundle(app, _FIRST_MODULE)
        packed |= {"field.js" if name == _FIRST_MODULE else name: source for name, source in parts.items()}
    except NotBundled as error:
        log.warning("the field app is sent in single modules and does not work without network: %s", error)
    beside = tuple(name for name in _BESIDE if (root / name).is_file())
    told = hashlib.sha256()
    for name, source in packed.items():
        told.update(f"{name}\n{source}\n".encode())
    for name in beside:
        told.update((root / name).read_bytes())
    return FieldFiles(told.hexdigest()[:12], packed, beside)


def _styles(app: Path) -> str:
    first = [app / name for name in _STYLES_FIRST]
    rest = sorted(file for file in (app / _FOLDER).glob("*.css") if file not in first)
    together = "\n".join(file.read_text(encoding="utf-8") for file in [*first, *rest] if file.is_file())
    return _CSS_SPACE.sub(" ", _CSS_COMMENT.sub("", together))
