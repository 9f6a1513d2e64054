"""How the routes of responses, contacts, orders and the register are asked well, and the leave each needs."""

from typing import Any

from mapsvc.domain.permissions import Action
from tests.support.street import uid

CASE, NOBODYS = "$case", uid("nobody's")
_ORDER = {"to_unit": "兰凤物业", "what": "查管"}
_ATTEMPT = {"party": "owner", "way": "phone", "result": "reached"}
_ENTRY = {"street": "岚皋西路", "number_from": "1", "number_to": "9", "side": "odd", "property_company": "兰凤物业"}

# leave, address, json, form
WAYS: dict[str, tuple[Action | None, str, Any, Any]] = {
    "orders.send": (Action.SEND_ORDER, f"/cases/{CASE}/orders", None, _ORDER),
    "orders.index": (Action.ANSWER_ORDER, "/orders", None, None),
    "orders.month": (Action.ANSWER_ORDER, "/orders/month.xlsx?unit=兰凤物业", None, None),
    "orders.show": (Action.ANSWER_ORDER, f"/orders/{NOBODYS}", None, None),
    "orders.withdraw": (Action.SEND_ORDER, f"/orders/{NOBODYS}/withdraw", None, {"reason": "重了"}),
    "orders.pass_on": (Action.SEND_ORDER, f"/orders/{NOBODYS}/pass-on", None, _ORDER),
    "responses.call": (
        Action.CALL_RESPONSE, f"/cases/{CASE}/response", None, {"reason": "急", "owner_name": "周先生"}
    ),
    "responses.add_party": (
        Action.CALL_RESPONSE, f"/cases/{CASE}/response/parties", None, {"role": "owner", "name": "周先生"}
    ),
    "responses.remove_party": (Action.CALL_RESPONSE, f"/cases/{CASE}/response/remove", None, {"party": NOBODYS}),
    "responses.arrival": (Action.LOG_CONTACT, f"/cases/{CASE}/response/arrival", None, {"party": NOBODYS}),
    "responses.stand_down": (Action.CALL_RESPONSE, f"/cases/{CASE}/response/stand-down", None, {"outcome": "好了"}),
    "contacts.own_page": (Action.LOG_CONTACT, f"/cases/{CASE}/contact", None, None),
    "contacts.log": (Action.LOG_CONTACT, f"/cases/{CASE}/contact-attempts", None, _ATTEMPT),
    "admin_register.index": (Action.EDIT_REGISTER, "/admin/register", None, None),
    "admin_register.show": (Action.EDIT_REGISTER, f"/admin/register/{NOBODYS}", None, None),
    "admin_register.add": (Action.EDIT_REGISTER, "/admin/register", None, _ENTRY),
    "admin_register.change": (Action.EDIT_REGISTER, f"/admin/register/{NOBODYS}", None, _ENTRY),
    "admin_register.remove": (Action.EDIT_REGISTER, f"/admin/register/{NOBODYS}/remove", None, {"version": "1"}),
    "admin_register.undo": (Action.EDIT_REGISTER, f"/admin/register/changes/{NOBODYS}/undo", None, {}),
    "api_responses.call": (
        Action.CALL_RESPONSE,
        f"/api/v1/cases/{CASE}/response",
        {"id": uid("r"), "reason": "急", "parties": [{"role": "owner", "name": "周先生"}]},
        None,
    ),
    "api_responses.log": (
        Action.LOG_CONTACT, f"/api/v1/cases/{CASE}/contact-attempts", _ATTEMPT | {"id": uid("a")}, None
    ),
    "api_orders.send": (
        Action.SEND_ORDER, f"/api/v1/cases/{CASE}/orders", {"id": uid("o"), "to": "兰凤物业", "what": "查管"}, None
    ),
}  # fmt: skip
