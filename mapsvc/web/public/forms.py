"""Forms of a card's pages: read, sent once, and shown again with all that was typed where they are refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from flask import make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.surface import Said, SaidKind
from mapsvc.errors import Conflict, MapsvcError, NoSpace, Refused, TooLarge, TooMany, Unsupported
from mapsvc.operations.surface.saying import Speaker
from mapsvc.web.public.door import Visit

_STATUS: dict[type[MapsvcError], int] = {
    Conflict: 409, TooLarge: 413, Unsupported: 415, Refused: 422, TooMany: 429, NoSpace: 507,
}  # fmt: skip
_TOLD = frozenset(_STATUS)


@dataclass(frozen=True)
class Refusal:
    """A form that was not taken: what was typed, what is wrong by field ("" for all of it), the id it keeps."""

    typed: Mapping[str, str]
    faults: Mapping[str, str]
    form_id: str
    lists: Mapping[str, list[str]] = field(default_factory=dict)


def text(name: str) -> str:
    """A field, trimmed."""
    return request.form.get(name, "").replace("\r\n", "\n").replace("\r", "\n").strip()


def flag(name: str) -> bool:
    """Whether a box was ticked."""
    return request.form.get(name, "") == "1"


def fresh_id() -> str:
    """The id of a form that is shown for the first time."""
    return str(uuid4())


def speaker(visit: Visit) -> Speaker:
    """Who says what the form carries; a form without an id of ours gets one, and is then another each time."""
    return Speaker(visit.card, visit.source, _form_id())


def sent(
    act: Callable[[], Said], to: str | Callable[[Said], str], again: Callable[[Refusal], str | tuple[str, int]]
) -> AnyResponse:
    """Say it and go on (303), or show the page again with what was typed and what is wrong."""
    try:
        said = act()
    except tuple(_TOLD) as error:
        return refused(error, again)
    return redirect(to if isinstance(to, str) else to(said), 303)


def refused(error: MapsvcError, again: Callable[[Refusal], str | tuple[str, int]]) -> AnyResponse:
    """The same page with what was typed."""
    faults = {p.field: p.message for p in reversed(error.problems)} or {"": error.message}
    page = again(Refusal(request.form.to_dict(), faults, str(_form_id()), request.form.to_dict(flat=False)))
    if isinstance(page, tuple):
        return make_response(*page)
    response = make_response(page, next(status for kind, status in _STATUS.items() if isinstance(error, kind)))
    wait = error.extra.get("retry_after_s")
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def done_word() -> str:
    """What was just sent, named in the address."""
    found = request.args.get("done", "")
    return found if found in set(SaidKind) else ""


def _form_id() -> UUID:
    try:
        return UUID(request.form.get("id", ""))
    except ValueError:
        return uuid4()
