"""/api/v1/shops: lists, one shop, corrections, 换店, the full number as an act."""

from flask import Blueprint, Response

from mapsvc.domain.shops import ShopState
from mapsvc.operations import shop_changes, shops
from mapsvc.operations.issues import Spot
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
_CHANGES = {
    "version": p.whole(1, 1_000_000),
    "sign_name": p.optional(p.text()),
    "trade": p.optional(p.text(40, least=0)),
    "state": p.optional(p.choice(ShopState)),
    "note": p.optional(p.text(p.LONG_TEXT, least=0)),
    "area_m2": p.optional(p.number(0, 1_000_000)),
    "merchant_name": p.optional(p.text(40)),
    "merchant_phone": p.optional(p.text(40, least=0)),
    "position": p.optional(p.point()),
}
_TENANCY = {
    "id": p.identifier(),
    "version": p.whole(1, 1_000_000),
    "from": p.day(),
    "sign_name": p.optional(p.text()),
    "trade": p.optional(p.text(40)),
    "merchant_name": p.optional(p.text(40)),
    "merchant_phone": p.optional(p.text(40)),
}
_ASSIGNMENT = {"worker": p.text(40), "from": p.day()}
_LINE = thing(code=TEXT, name=TEXT, address=MAYBE_TEXT, trade=MAYBE_TEXT, state=TEXT, position=POSITION)
_SHOP = thing(**_LINE["properties"], visited_this_month=FLAG)


@blueprint.get("")
@describe("商铺列表：按编号排，可搜店名、门牌、拼音", tag="shops", query=_LIST, responses={200: listing(_LINE)})
def index() -> Response:
    """Shops by code."""
    asked = p.query(_LIST)
    page = shops.list_shops(workspace(), actor(), asked["q"], asked["bbox"], asked["limit"], asked["after"])
    return r.answer({"items": [r.shop_line(s) for s in page.items], "next": page.next})


@blueprint.get("/<code>")
@describe(
    "一家商铺：现在谁开的、没办完的事、谁包联；姓名和电话按权限遮住",
    tag="shops",
    responses={200: _SHOP},
    problems=(404,),
)
def show(code: str) -> Response:
    """One shop with its panel."""
    p.query({})
    return _shown(code)


@blueprint.post("/<code>/phone")
@describe(
    "查看完整号码：要权限和原因，留下操作记录",
    tag="shops",
    request=_REASON,
    responses={200: thing(phone=TEXT)},
    problems=(404, 415, 422),
)
def phone(code: str) -> Response:
    """The merchant's full number, for a reason."""
    reason = p.body(_REASON)["reason"]
    return r.answer({"phone": shops.see_phone(workspace(), actor(), p.path_code(code), reason)})


@blueprint.patch("/<code>")
@describe(
    "更正商铺资料：只发要改的，带上看到的版本号；现场更正的位置会注明",
    tag="shops",
    request=_CHANGES,
    responses={200: _SHOP},
    problems=(404, 409, 415, 422),
)
def correct(code: str) -> Response:
    """Correct a shop as it was found on the spot."""
    sent = p.body(_CHANGES)
    version, spot = sent.pop("version"), sent.pop("position")
    changes = shop_changes.ShopChanges(**sent, position=Spot(**spot) if spot else None)
    shop_changes.correct_shop(workspace(), actor(), p.path_code(code), version, changes)
    return _shown(code)


@blueprint.post("/<code>/tenancy")
@describe(
    "换店或歇业：上一家的人不再显示，门的往事还在",
    tag="shops",
    request=_TENANCY,
    responses={200: _SHOP},
    problems=(404, 409, 415, 422),
)
def change_tenancy(code: str) -> Response:
    """Another shop moves in, or nobody."""
    sent = p.body(_TENANCY)
    version, from_day = sent.pop("version"), sent.pop("from")
    new = shop_changes.NewTenancy(from_day=from_day, **sent)
    shop_changes.change_tenancy(workspace(), actor(), p.path_code(code), version, new)
    return _shown(code)


@blueprint.post("/<code>/assignment")
@describe(
    "换包联人：从哪天起由谁负责", tag="shops", request=_ASSIGNMENT, responses={200: _SHOP}, problems=(404, 415, 422)
)
def assign(code: str) -> Response:
    """Give the shop to a worker from a day on."""
    sent = p.body(_ASSIGNMENT)
    shop_changes.assign_worker(workspace(), actor(), p.path_code(code), sent["worker"], sent["from"])
    return _shown(code)


def _shown(code: str) -> Response:
    return r.answer(r.shop(shops.get_shop(workspace(), actor(), p.path_code(code)), workspace().clock()))
