"""Letters as bytes: one line that says whose and which, its signature, then JSON."""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from typing import Any

from mapsvc.domain.surface import Layout, Letter, Said, Unreadable
from mapsvc.errors import Refused, TooLarge
from mapsvc.operations.exchange.keys import INSIDE, OUTSIDE, Keys
from mapsvc.store.surface.documents import card_document, card_of, said_document, said_of, time_of, time_text

LARGEST = 32 * 1024 * 1024
"""Bytes of a letter, in either direction."""
PHOTO_ROOM = 16 * 1024 * 1024
"""Bytes of pictures in one letter: base64 makes a third more of them."""
MOST_SAID = 200
CONTENT_TYPE = "application/vnd.mapsvc-letter"
HEAD_BYTES = 120
_HEAD = re.compile(rb"mapsvc-letter 1 (inside|outside) ([0-9a-f]{16}) ([0-9a-f]{64})\n")
_OTHER = {INSIDE: OUTSIDE, OUTSIDE: INSIDE}
_WHO = {INSIDE: "办公室", OUTSIDE: "公网页面"}


class BadLetter(Refused):
    """The letter is not taken; says why."""

    code = "bad_letter"


def seal(letter: Letter, keys: Keys) -> bytes:
    """A letter as it goes out, signed with its sender's key.

    Raises
    ------
    TooLarge
        It does not fit.
    """
    import orjson

    body = orjson.dumps(_document(letter))
    raw = _head(letter.sender, keys.surface) + b" " + _signature(letter.sender, keys, body) + b"\n" + body
    if len(raw) > LARGEST:
        raise TooLarge(f"这封信有{len(raw) // 1024 // 1024}兆，超过了{LARGEST // 1024 // 1024}兆，寄不出去。")
    return raw


def unseal(raw: bytes, keys: Keys, me: str) -> Letter:
    """Read a letter to `me`; nothing in it is looked at before its signature.

    Raises
    ------
    BadLetter
        No letter, of another surface or key, one's own, with a wrong signature, or not to be read.
    """
    import orjson

    if len(raw) > LARGEST:
        raise BadLetter("这封信太大，没有收。", code="too_large")
    head = _HEAD.match(raw[:HEAD_BYTES])
    if head is None:
        raise BadLetter("这不是交换用的信；请选对方用 mapsvc surface out 写出的文件。", code="no_letter")
    sender, surface, signed = head[1].decode(), head[2].decode(), head[3]
    if not hmac.compare_digest(surface, keys.surface):
        raise BadLetter("这封信是给另一个公网页面的，或者两边的钥匙不一样；没有收。", code="other_surface")
    body = raw[head.end() :]
    if not hmac.compare_digest(signed, _signature(sender, keys, body)):
        raise BadLetter("这封信的签名不对，可能没有拷全，或被人改过；没有收，请重新拷一次。", code="bad_signature")
    if sender != _OTHER[me]:
        raise BadLetter(f"这封信是{_WHO[me]}这边自己写的，要拿到另一边去收。", code="own_letter")
    try:
        return _letter(orjson.loads(body), sender, surface)
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
        raise BadLetter("这封信的内容读不懂，可能对方的程序更新；请先把两边升级到一样。", code="not_read") from error


def is_for(head: bytes, keys: Keys) -> bool:
    """Whether the first bytes may begin a letter made with this key: what a stranger cannot know."""
    found = _HEAD.match(head)
    return found is not None and hmac.compare_digest(found[2].decode(), keys.surface)


def require_newer(letter: Letter, last_n: int) -> None:
    """Raise BadLetter unless the letter is younger than the last one taken."""
    if letter.n <= last_n:
        raise BadLetter("这封信已经收过，或者比收过的更旧；没有再收。", code="old_letter")


def layout_document(layout: Layout) -> dict[str, Any]:
    """A layout as a document."""
    return {
        "serial": layout.serial,
        "made_at": time_text(layout.made_at),
        "office": dict(layout.office),
        "working_spans": [[time_text(a), time_text(b)] for a, b in layout.working_spans],
        "kinds": [list(kind) for kind in layout.kinds],
        "topics": list(layout.topics),
        "cards": [card_document(card) for card in layout.cards],
        "policies": [dict(entry) for entry in layout.policies],
        "orders": [dict(order) for order in layout.orders],
    }


def layout_of(document: Mapping[str, Any]) -> Layout:
    """A layout from its document."""
    return Layout(
        int(document["serial"]),
        time_of(document["made_at"]),
        dict(document["office"]),
        tuple((time_of(a), time_of(b)) for a, b in document["working_spans"]),
        tuple((str(code), str(name)) for code, name in document["kinds"]),
        tuple(str(topic) for topic in document["topics"]),
        tuple(card_of(card) for card in document["cards"]),
        tuple(dict(entry) for entry in document["policies"]),
        tuple(dict(order) for order in document["orders"]),
    )


def _document(letter: Letter) -> dict[str, Any]:
    return {
        "n": letter.n,
        "made_at": time_text(letter.made_at),
        "layout": layout_document(letter.layout) if letter.layout else None,
        "acked": letter.acked,
        "acked_id": letter.acked_id,
        "said": [said_document(one) for one in letter.said],
        "has_more": letter.has_more,
        "layout_serial": letter.layout_serial,
        "answers": letter.answers,
        "photos": {sha: base64.b64encode(jpeg).decode() for sha, jpeg in letter.photos.items()},
    }


def _letter(document: Mapping[str, Any], sender: str, surface: str) -> Letter:
    said, unreadable = _read_said(document["said"][:MOST_SAID])
    photos = {str(sha): base64.b64decode(text, validate=True) for sha, text in document["photos"].items()}
    return Letter(
        sender,
        surface,
        int(document["n"]),
        time_of(document["made_at"]),
        layout_of(document["layout"]) if document["layout"] else None,
        int(document["acked"]),
        said,
        bool(document["has_more"]) or len(document["said"]) > MOST_SAID,
        int(document["layout_serial"]),
        photos,
        str(document["acked_id"]),
        int(document["answers"]),
        unreadable,
    )


def _read_said(documents: list[Any]) -> tuple[tuple[Said, ...], tuple[Unreadable, ...]]:
    """What was said, and what of it cannot be read: one bad item holds up no other."""
    said: list[Said] = []
    unreadable: list[Unreadable] = []
    for one in documents:
        try:
            said.append(said_of(one))
        except (KeyError, TypeError, ValueError, AttributeError):
            unreadable.append(_unreadable(one))
    return tuple(said), tuple(unreadable)


def _unreadable(document: Any) -> Unreadable:
    told = document if isinstance(document, dict) else {}
    seq = told.get("seq")
    return Unreadable(
        str(told.get("id", ""))[:36],
        seq if isinstance(seq, int) else 0,
        str(told.get("kind", ""))[:12],
        str(told.get("key", ""))[:64],
    )


def _head(sender: str, surface: str) -> bytes:
    return f"mapsvc-letter 1 {sender} {surface}".encode()


def _signature(sender: str, keys: Keys, body: bytes) -> bytes:
    signing = hmac.new(keys.of[sender], _head(sender, keys.surface) + b"\n", "sha256")
    signing.update(body)
    return signing.hexdigest().encode()
