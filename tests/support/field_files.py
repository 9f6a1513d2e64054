"""Queue's files as a phone writes them, and the same day sent over the network."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import orjson

from tests.support import pictures
from tests.support.street import uid

if TYPE_CHECKING:
    from tests.support.client import SignedClient

AT = "2026-11-23T08:{:02d}:00+08:00"


def record(name: str, of: str, minute: int, body: dict[str, Any], photos: tuple[bytes, ...] = ()) -> dict[str, Any]:
    """One record as it lies in the queue; `name` gives its id."""
    shots = [
        {"id": uid(f"{name} photo {n}"), "taken_at": AT.format(minute), "jpeg": base64.b64encode(shot).decode()}
        for n, shot in enumerate(photos)
    ]
    at = AT.format(minute)
    told = body if of in ("promise_kept", "withdraw") else {"id": uid(name), "at": at} | body
    return {"id": uid(name), "type": of, "at": at, "body": told, "photos": shots}


def visit(name: str, minute: int, shop: str = "LT0001", photos: tuple[bytes, ...] = (), **more: Any) -> dict[str, Any]:
    """A call."""
    return record(name, "visit", minute, {"shop": shop, "kind": "regular", "outcome": "met"} | more, photos)


def day() -> list[dict[str, Any]]:
    """A morning with everything in it."""
    rich = {
        "needs": [{"id": uid("need"), "topic": "子女入园", "text": "要哪些材料", "way": "handed_on"}],
        "promises": [{"id": uid("promise"), "text": "周五前回话", "due_at": "2026-11-27"}],
        "issues": [{"id": uid("found"), "kind": "L0001", "description": "吊顶滴水"}],
        "note": "晚上再来",
    }
    changed = {
        "outcome": "changed",
        "tenancy": {
            "id": uid("tenancy"), "replaces": uid("ten LT0002"), "state": "open", "sign_name": "新开的面馆",
            "trade": "餐饮", "merchant_name": "马师傅", "merchant_phone": "13900001111",
        },
    }  # fmt: skip
    return [
        visit("v1", 1),
        visit("v2", 5, photos=(pictures.jpeg(300, 200), pictures.png("P")), **rich),
        record("i1", "issue", 9, {"kind": "06010", "place": "PD0001", "description": "三袋"}, (pictures.jpeg(90, 90),)),
        record("i2", "issue", 11, {"kind": "暴露垃圾", "position": {"lon": 121.4201, "lat": 31.2517, "error_m": 12}}),
        record("k1", "promise_kept", 20, {"target": uid("promise"), "target_type": "promise"}),
        visit("v3", 25, "LT0002"),
        record("w1", "withdraw", 26, {"target": uid("v3"), "target_type": "visit"}),
        visit("v4", 30, "LT0002", **changed),
        record("w2", "withdraw", 40, {"target": uid("never arrived"), "target_type": "issue"}),
    ]


def file_of(records: Any, person_id: str, name: str = "小陈", **more: Any) -> bytes:
    """The whole file."""
    told = {
        "format": "mapsvc-field", "version": 2, "made_at": AT.format(59), "person": {"id": person_id, "name": name},
        "records": records,
    }  # fmt: skip
    return orjson.dumps(told | more)


def send(client: SignedClient, records: list[dict[str, Any]]) -> list[int]:
    """The same records over the network, as the phone's sender does; returns the statuses."""
    told = []
    for one in records:
        body, of = one["body"], one["type"]
        if of == "promise_kept":
            kept = {"id": one["id"], "at": one["at"]}
            told.append(client.post(f"/api/v1/promises/{body['target']}/keep", json=kept).status_code)
        elif of == "withdraw":
            told.append(client.delete(f"/api/v1/{body['target_type']}s/{body['target']}").status_code)
        else:
            told.append(client.post(f"/api/v1/{of}s", json=body).status_code)
        for shot in one["photos"]:
            form = {"id": shot["id"], "taken_at": shot["taken_at"]}
            file = (io.BytesIO(base64.b64decode(shot["jpeg"])), "photo.jpg", "image/jpeg")
            told.append(client.post(f"/api/v1/{of}s/{one['id']}/photos", data=form | {"file": file}).status_code)
    return told
