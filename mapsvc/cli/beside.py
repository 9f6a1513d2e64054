"""The demo's public surface: beside the office on the next port, so that who tries the demo can be a merchant."""

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mapsvc.cli.common import Office
from mapsvc.config import Settings
from mapsvc.errors import MapsvcError

if TYPE_CHECKING:
    from mapsvc.operations.surface.space import Space
    from mapsvc.operations.workspace import Workspace

FOLDER = "public"
_KEY_FILE = "surface.key"
_DOOR = "岚皋西路27号"
_PHONE, _SECRETARY = "021-0000 0127", "王书记"
"""Nobody's number."""


@dataclass(frozen=True)
class Beside:
    """A public surface beside the office.

    Attributes
    ----------
    office, public : Settings
        Of either side: with the key they share.
    card : str
        Path of one card's page.
    """

    office: Settings
    public: Settings
    card: str


def make_beside(office: Office, settings: Settings) -> Beside | None:
    """Lay out a public surface for the demo's office; None over real data, or where one is set up already."""
    if settings.surface_key or settings.surface_url or settings.public_url:
        return None
    try:
        return _made(settings)
    except (MapsvcError, OSError) as error:
        office.note(f"这次没有商户页面可看：{error}")
        return None


def _made(settings: Settings) -> Beside | None:
    from mapsvc import serving
    from mapsvc.operations.exchange.network import Post
    from mapsvc.operations.office import is_demo
    from mapsvc.operations.surface.space import Space
    from mapsvc.operations.workspace import Workspace

    ws = Workspace.open(settings)
    try:
        if not is_demo(ws):
            return None
        port = serving.free_port(settings.host, settings.port + 1)
        folder = settings.data / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        key = _key_of(settings)
        settings = _introduced(settings)
        public = replace(settings, data=folder, database="", port=port, workers=1, surface_key=key)
        url = serving.Service(public, serving.PUBLIC).address.rstrip("/")
        # Over a network it would need a certificate: then there is none beside.
        Post(url)
        keyed = replace(settings, surface_key=key, surface_url=url, public_url=url, surface_minutes=0)
        space = Space.open(public)
        try:
            return Beside(keyed, public, f"/c/{_exchanged(replace(ws, settings=keyed), space)}")
        finally:
            space.database.close()
    finally:
        ws.database.close()


def _introduced(settings: Settings) -> Settings:
    """The demo's office says who it is, so that its cards are as an office's own would be."""
    return replace(
        settings,
        office_phone=settings.office_phone or _PHONE,
        secretary_name=settings.secretary_name or _SECRETARY,
    )


def _exchanged(ws: "Workspace", space: "Space") -> str:
    """Exchange once without a network, so that the pages are there from the first moment; the token of one card."""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations.exchange.rounds import exchange
    from mapsvc.operations.surface.post import answer_letter
    from mapsvc.store import cards, shops

    exchange(ws, SYSTEM, lambda raw: answer_letter(space, raw))
    with ws.read() as conn:
        live = cards.live_of_present(conn)
        doors = {card.token: shops.by_id(conn, card.shop_id) for card in live}
    if not live:
        raise MapsvcError("示例数据里没有联心卡。")
    wanted = (token for token, shop in doors.items() if shop and shop.location.address == _DOOR)
    return next(wanted, live[0].token)


def _key_of(settings: Settings) -> str:
    from mapsvc.operations.exchange.keys import new_key

    file = settings.data / FOLDER / _KEY_FILE
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as written:
            written.write(new_key())
    return file.read_text(encoding="ascii").strip()
