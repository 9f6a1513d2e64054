"""/api/v1/shops/{code}/quiet-hours: when a merchant does not want to be called on."""

from flask import Blueprint, Response

from mapsvc.domain.quiet_hours import DAY_MIN, MOST_TEXT
from mapsvc.operations import quiet_hours
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import TEXT, WHOLE, describe, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_quiet_hours", __name__, url_prefix="/api/v1")

_NEW = {
    "id": p.identifier(),
    "weekday": p.optional(p.whole(0, 6)),
    "from_minute": p.whole(0, DAY_MIN),
    "until_minute": p.whole(0, DAY_MIN),
    "text": p.optional(p.text(MOST_TEXT, 0), ""),
}
_QUIET = thing(id=TEXT, from_minute=WHOLE, until_minute=WHOLE, words=TEXT)


@blueprint.get("/shops/<code>/quiet-hours")
@describe("店家说的不方便的时间", tag="shops", responses={200: thing(items={"type": "array"})}, problems=(404,))
def index(code: str) -> Response:
    """What who runs the shop now asked for."""
    found = quiet_hours.of_shop(workspace(), actor(), p.path_code(code))
    return r.answer({"items": [r.quiet(one) for one in found]})


@blueprint.post("/shops/<code>/quiet-hours")
@describe(
    "记一条不方便的时间：星期几（0是周一，空是每天）、一天里的第几分钟到第几分钟；同一个 id 不会重复",
    tag="shops",
    request=_NEW,
    responses={200: _QUIET},
    problems=(404, 413, 415, 422),
)
def say(code: str) -> Response:
    """Write one line down; said before, nothing changes."""
    sent = p.body(_NEW)
    said = quiet_hours.say(
        workspace(), actor(), p.path_code(code), sent["weekday"], sent["from_minute"], sent["until_minute"],
        sent["text"], quiet_id=sent["id"],
    )  # fmt: skip
    return r.answer(r.quiet(said))


@blueprint.post("/quiet-hours/<quiet_id>/end")
@describe("这一条不算了", tag="shops", responses={200: _QUIET}, problems=(404,))
def end(quiet_id: str) -> Response:
    """It no longer holds."""
    return r.answer(r.quiet(quiet_hours.end(workspace(), actor(), p.path_code(quiet_id))))


@blueprint.post("/quiet-hours/<quiet_id>/restore")
@describe("这一条还算", tag="shops", responses={200: _QUIET}, problems=(404, 409))
def restore(quiet_id: str) -> Response:
    """It holds after all."""
    return r.answer(r.quiet(quiet_hours.restore(workspace(), actor(), p.path_code(quiet_id))))
