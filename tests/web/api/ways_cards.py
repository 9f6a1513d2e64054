"""How the routes of cards, chosen topics and closed sums are asked well, and the leave each needs."""

from typing import Any

from mapsvc.domain.permissions import Action
from tests.support.street import uid

Told = tuple[Action | None, str, Any, Any]
MAKE, EDIT, TOPICS = Action.MAKE_CARDS, Action.EDIT_SHOP, Action.CHOOSE_TOPICS
CARD = "/shops/LT0001/card"
DOORS = {"doors": "LT0001"}

WAYS: dict[str, Told] = {
    "cards.stop": (EDIT, f"{CARD}/stop", None, {"why": "lost"}),
    "cards.undo_stop": (EDIT, f"{CARD}/undo-stop", None, {"card": uid("nobody's")}),
    "cards.printed": (EDIT, f"{CARD}/printed", None, {}),
    "cards.unprinted": (EDIT, f"{CARD}/unprinted", None, {}),
    "card_desk.index": (MAKE, "/cards", None, None),
    "card_desk.make": (MAKE, "/cards", None, {"door": "LT0001"}),
    "card_desk.sheet": (MAKE, "/cards/sheet?doors=LT0001", None, None),
    "card_desk.printed": (MAKE, "/cards/printed", None, DOORS),
    "card_desk.unprinted": (MAKE, "/cards/unprinted", None, DOORS),
    "card_desk.put_picture": (MAKE, "/cards/chat-code", None, {}),
    "card_desk.remove_picture": (MAKE, "/cards/chat-code/remove", None, {}),
    "card_desk.restore_picture": (MAKE, "/cards/chat-code/restore", None, {"photo": uid("nobody's")}),
    "street_sheets.index": (Action.SEE_CAMPAIGN, "/street-sheets", None, None),
    "street_sheets.make": (Action.RUN_CAMPAIGN, "/street-sheets", None, {"keep": "promises"}),
    "street_sheets.show": (Action.SEE_CAMPAIGN, f"/street-sheets/{uid('none')}", None, None),
    "street_sheets.withdraw": (Action.RUN_CAMPAIGN, f"/street-sheets/{uid('none')}/withdraw", None, {}),
    "street_sheets.restore": (Action.RUN_CAMPAIGN, f"/street-sheets/{uid('none')}/restore", None, {}),
    "admin_origin.index": (Action.SEE_ORIGIN_SUMS, "/admin/origin", None, None),
    "admin_origin.delete": (Action.DELETE_ORIGIN, "/admin/origin/delete", None, {}),
    "admin_origin.take_in": (Action.DELETE_ORIGIN, "/admin/origin/take-in", None, {}),
    "topic_choices.index": (TOPICS, "/shops/LT0001/topics", None, None),
    "topic_choices.choose": (TOPICS, "/shops/LT0001/topics", None, {"topic": "子女入园"}),
}
