"""The one place that knows every part: builds the application and says which error is which status."""

import errno
import logging
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import orjson
from flask import Flask, Response, request
from flask.json.provider import JSONProvider
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from mapsvc import errors
from mapsvc.config import Settings
from mapsvc.operations.surface.space import Space
from mapsvc.operations.workspace import Clock, Workspace, system_clock
from mapsvc.web import assets, context, csrf, meters, security, surfaces
from mapsvc.web import errors as answers
from mapsvc.web.public import parts as public

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

log = logging.getLogger("mapsvc")
Answer = Callable[[int, errors.MapsvcError], AnyResponse]

STATUS: dict[type[errors.MapsvcError], int] = {
    errors.Malformed: 400,
    errors.Usage: 400,
    errors.NotSignedIn: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooLarge: 413,
    errors.Unsupported: 415,
    errors.Refused: 422,
    errors.TooMany: 429,
    errors.Broken: 500,
    errors.NoSpace: 507,
}


class OrJson(JSONProvider):
    """JSON of requests and answers by orjson."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """Write text for templates and Flask's own use."""
        return orjson.dumps(obj, default=str, option=orjson.OPT_NON_STR_KEYS).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Read a request's body; a NUL inside text is refused, since no store takes it."""
        raw = s if isinstance(s, bytes) else s.encode()
        if b"\\u0000" in raw:
            raise ValueError("NUL in text")
        return orjson.loads(raw)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """Answer with one JSON document."""
        body = orjson.dumps(self._prepare_response_obj(args, kwargs), default=str, option=orjson.OPT_NON_STR_KEYS)
        return Response(body, mimetype="application/json")


def create_app(
    office: Settings | Workspace,
    surface: str = surfaces.OFFICE,
    clock: Clock = system_clock,
    board: meters.Board | None = None,
    at: str | None = None,
    beside: Flask | None = None,
) -> Flask:
    """Build the service.

    Parameters
    ----------
    office : Settings or Workspace
        Settings are opened here (creating and migrating the store); a workspace is taken as it is.
    surface : {"office", "field"}
        Which blueprints to serve; the public surface is `create_public_app`.
    clock : callable
        For settings only: a workspace has its own.
    board : Board, optional
        Counters shared by the processes of the service.
    at : str, optional
        Only the parts whose addresses may begin with this piece.
    beside : Flask, optional
        An application of the same service: what it holds for the office is shared.
    """
    if surface not in surfaces.SURFACES:
        raise errors.Usage(f"没有叫“{surface}”的服务面，可选：{'、'.join(surfaces.SURFACES)}。")
    ws = office if isinstance(office, Workspace) else Workspace.open(office, clock)
    app = Flask("mapsvc.web", static_folder=None)
    if beside is not None:
        app.extensions = beside.extensions
    app.extensions[surfaces.EXTENSION] = surface
    app.json = OrJson(app)
    app.config.update(MAX_CONTENT_LENGTH=security.LARGEST_BODY, MAX_FORM_MEMORY_SIZE=security.LARGEST_BODY)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    meters.init(app, board)
    context.init(app, ws)
    security.init(app)
    csrf.init(app)
    assets.init(app)
    surfaces.register(app, surfaces.parts_of(surface, at))
    _tell_errors(app, answers.answer)
    return app


def create_public_app(space: Settings | Space, clock: Clock = system_clock, board: meters.Board | None = None) -> Flask:
    """Build the public surface: card and order pages and the exchange, from its own small store; no office anywhere.

    Parameters
    ----------
    space : Settings or Space
        Settings are opened here (creating the small store); a space is taken as it is.
    clock : callable
        For settings only: a space has its own.
    board : Board, optional
        Counters shared by the processes of the service.
    """
    opened = space if isinstance(space, Space) else Space.open(space, clock)
    app = Flask("mapsvc.web", static_folder=None)
    app.json = OrJson(app)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    meters.init(app, board)
    public.init(app, opened)
    assets.init(app)
    _tell_errors(app, public.answer)
    return app


class Application:
    """The service of one process, WSGI: parts of the office are loaded when one of their addresses is first asked for.

    Flask wants all routes before the first request, so each group of parts is an application of its own, never changed
    once it answers.
    """

    def __init__(self, ws: Workspace, surface: str, board: meters.Board) -> None:
        self._surface = surface
        self._pieces = {piece for part in surfaces.parts_of(surface) for piece in part.at}
        self._loading = threading.Lock()
        self._front = create_app(ws, surface, board=board, at="")
        self._apps = {"": self._front}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        return self.app_at(environ.get("PATH_INFO", ""))(environ, start_response)

    def app_at(self, path: str) -> Flask:
        """The application that serves an address."""
        piece = surfaces.first_piece(path)
        if piece not in self._pieces:
            return self._front
        found = self._apps.get(piece)
        if found is None:
            with self._loading:
                found = self._apps.get(piece)
                if found is None:
                    ws = self._front.extensions[context.EXTENSION]
                    found = self._apps[piece] = create_app(ws, self._surface, at=piece, beside=self._front)
        return found


def status_of(error: errors.MapsvcError) -> int:
    """The HTTP status of an error."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def _tell_errors(app: Flask, answer: Answer) -> None:
    def ours(error: errors.MapsvcError) -> AnyResponse:
        status = status_of(error)
        if status == 500:
            log.error("%s %s: %s", request.method, _route(), error)
        return answer(status, error)

    def framework(error: HTTPException) -> AnyResponse:
        status = error.code or 500
        if status < 400:
            return error.get_response()
        return answer(status, answers.plain(status))

    def unexpected(error: Exception) -> AnyResponse:
        log.exception("%s %s", request.method, _route(), exc_info=error)
        told = "程序出错了，没有保存；请再试一次，还不行请把时间告诉管理员。"
        return answer(500, errors.Broken(told, code="failed"))

    def of_the_machine(error: OSError) -> AnyResponse:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            return unexpected(error)
        return answer(507, errors.NoSpace("磁盘满了，没有保存；请管理员腾出空间后再试。"))

    handlers: dict[type[Exception], Callable[[Any], AnyResponse]] = {
        errors.MapsvcError: ours,
        HTTPException: framework,
        OSError: of_the_machine,
        Exception: unexpected,
    }
    for kind, handler in handlers.items():
        app.register_error_handler(kind, handler)


def _route() -> str:
    # Not the address itself: its parts may be the secret of a card or of a one-time link.
    return request.url_rule.rule if request.url_rule else request.path
