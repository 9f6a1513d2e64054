"""/api/v1/shops: lists, one shop, the full number as an act."""

from flask import Blueprint, Response

from mapsvc.operations import shops
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import FLAG, MAYBE_TEXT, POSITION, TEXT, describe, listing, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_shops", __name__, url_prefix="/api/v1/shops")

_LIST = {
    "q": p.optional(p.text(100), ""),
    "bbox": p.optional(p.box()),
    "limit": p.optional(p.whole(1, 200), 50),
    "after": p.optional(p.text(40), ""),
}
_REASON = {"reason": p.text(least=0)}
_LINE = thing(code=TEXT, name=TEXT, address=MAYBE_TEXT, trade=MAYBE_TEXT, state=TEXT, position=POSITION)


@blueprint.get("")
@describe("商铺列表:按编号排,可搜店名、门牌、拼音", tag="shops", query=_LIST, responses={200: listing(_LINE)})
def index() -> Response:
    """Shops by code."""
    asked = p.query(_LIST)
    page = shops.list_shops(workspace(), actor(), asked["q"], asked["bbox"], asked["limit"], asked["after"])
    return r.answer({"items": [r.shop_line(s) for s in page.items], "next": page.next})


@blueprint.get("/<code>")
@describe(
    "一家商铺:现在谁开的、没办完的事、谁包联;姓名和电话按权限遮住",
    tag="shops",
    responses={200: thing(**_LINE["properties"], visited_this_month=FLAG)},
    problems=(404,),
)
def show(code: str) -> Response:
    """One shop with its panel."""
    p.query({})
    return r.answer(r.shop(shops.get_shop(workspace(), actor(), p.path_code(code)), workspace().clock()))


@blueprint.post("/<code>/phone")
@describe(
    "查看完整号码:要权限和原因,留下操作记录",
    tag="shops",
    request=_REASON,
    responses={200: thing(phone=TEXT)},
    problems=(404, 415, 422),
)
def phone(code: str) -> Response:
    """The merchant's full number, for a reason."""
    reason = p.body(_REASON)["reason"]
    return r.answer({"phone": shops.see_phone(workspace(), actor(), p.path_code(code), reason)})
