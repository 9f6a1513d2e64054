"""联心卡 of the demo: most doors have one; a chat code that is plainly 示例."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from io import BytesIO
from random import Random
from uuid import NAMESPACE_OID, UUID, uuid5

from mapsvc.demo.rows import Rows
from mapsvc.domain.actors import Actor
from mapsvc.domain.cards import TOKEN_BYTES
from mapsvc.domain.times import office_day
from mapsvc.operations.workspace import Workspace

HANDED_OUT_DAYS = 96
# Doors that have none: the rounds of printing left them over, or they are new.
_WITHOUT, _UNPRINTED = 0.11, 0.05
CHAT_TEXT = "示例：这里放书记的微信码"
_SCALE, _BORDER = 14, 0
# 示例 in twenty by twenty dots each, a row a number: no font has to be there.
_GLYPHS = (
    "00000 00000 00000 1fff8 1fff8 00000 00000 00000 7fffe 7fffe 00600 00600 1c630 1c638 1c638 3861c 7861c 7060e "
    "23e0c 03e00",
    "00000 18006 1ff8e 1bfee 39c6e 3986e 3986e 79fee 7bfee 7b36e 7f36e 3f36e 3ff6e 39e6e 38e6e 38e0e 38c0e 39c0e "
    "3b87e 3b03c",
)
_DOTS = 20


def hand_out_cards(rows: Rows, seed: int) -> None:
    """Cards of most doors, by a chance of their own; who came later waits for the next sheet."""
    random = Random(f"{seed}/cards")
    began = rows.now - timedelta(days=HANDED_OUT_DAYS)
    present = {t["shop_id"]: t for t in rows.tables["tenancy"] if t.get("ended_on") is None}
    for shop in sorted(rows.tables["shop"], key=lambda one: one["code"]):
        is_without, is_unprinted = random.random() < _WITHOUT, random.random() < _UNPRINTED
        made_at = began + timedelta(days=random.randrange(0, 12), minutes=random.randrange(60, 480))
        token, card_id = urlsafe_b64encode(random.randbytes(TOKEN_BYTES)).decode(), _id(random)
        tenancy = present.get(shop["id"])
        if is_without or tenancy is None or (tenancy["started_on"] or made_at.date()) > made_at.date():
            continue
        rows.add(
            "card", id=card_id, shop_id=shop["id"], tenancy_id=tenancy["id"], token=token, made_at=made_at,
            printed_at=None if is_unprinted else made_at + timedelta(minutes=20),
        )  # fmt: skip


def draw_chat_code(ws: Workspace, secretary: Actor) -> None:
    """The chat code printed on the demo's cards: scanned, it says that it is an example."""
    from mapsvc.operations.chat_code import put_picture

    put_picture(ws, secretary, chat_picture())


def write_street_sheet(ws: Workspace, secretary: Actor) -> None:
    """Last month's 办结公示, as it was printed."""
    from mapsvc.domain.periods import month_of
    from mapsvc.operations.street_sheets import draft, make_sheet

    last = month_of(office_day(ws.clock()).replace(day=1) - timedelta(days=1))
    told = [line.key for part in draft(ws, secretary, last).parts for line in part.lines]
    if told:
        make_sheet(ws, secretary, last, told, str(uuid5(NAMESPACE_OID, f"street-sheet/{last.first}")))


def chat_picture() -> bytes:
    """A PNG of a code with 示例 across its middle; it is read all the same."""
    import segno
    from PIL import Image, ImageDraw

    drawn = BytesIO()
    segno.make(CHAT_TEXT, error="h", micro=False).save(drawn, kind="png", scale=_SCALE, border=_BORDER)
    image = Image.open(drawn).convert("RGB")
    draw, dot = ImageDraw.Draw(image), 3
    wide, high = len(_GLYPHS) * _DOTS * dot, _DOTS * dot
    left, top = (image.width - wide) // 2, (image.height - high) // 2
    draw.rectangle((left - 8, top - 8, left + wide + 8, top + high + 8), fill="#ffffff")
    for n, glyph in enumerate(_GLYPHS):
        for y, row in enumerate(int(text, 16) for text in glyph.split()):
            for x in range(_DOTS):
                if row >> (_DOTS - 1 - x) & 1:
                    at = (left + (n * _DOTS + x) * dot, top + y * dot)
                    draw.rectangle((*at, at[0] + dot - 1, at[1] + dot - 1), fill="#b3261e")
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _id(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))
