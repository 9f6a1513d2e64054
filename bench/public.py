"""A public surface with everything the demo's office lays out, exchanged as in real life; and a service on it."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from bench.office import Service
from mapsvc.config import Settings
from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.surface import key_of
from mapsvc.operations.exchange.keys import new_key
from mapsvc.operations.exchange.rounds import exchange
from mapsvc.operations.surface.post import answer_letter
from mapsvc.operations.surface.space import Space
from mapsvc.operations.workspace import Workspace
from mapsvc.store import cards
from mapsvc.store.surface import cards as laid_cards


def public_demo(scratch: Path) -> tuple[Path, str]:
    """Make the demo and its public surface in `scratch`; the surface's folder and the token of its busiest card."""
    inside, outside = scratch / "office", scratch / "public"
    subprocess.run([sys.executable, "-m", "mapsvc", "--data", str(inside), "demo"], check=True, capture_output=True)
    key = new_key()
    ws = Workspace.open(Settings(data=inside))
    ws = replace(ws, settings=replace(ws.settings, surface_key=key, office_phone="021-52160000"))
    space = Space.open(Settings(data=outside, surface_key=key))
    exchange(ws, SYSTEM, lambda raw: answer_letter(space, raw))
    token = _busiest(ws, space)
    for one in (ws.database, space.database):
        one.checkpoint()
        one.close()
    return outside, token


def serve(folder: Path) -> Service:
    """The public surface on a port of its own; whoever asks it from here may say for whom."""
    os.environ["MAPSVC_SURFACE_PROXY"] = "127.0.0.1"
    return Service(folder, "", "--surface", "public")


def _busiest(ws: Workspace, space: Space) -> str:
    with ws.read() as conn:
        tokens = [card.token for card in cards.live_of_present(conn)]
    with space.read() as conn:
        found = {token: laid_cards.by_key(conn, key_of(token)) for token in tokens}
    return max((len(card.matters), token) for token, card in found.items() if card is not None)[1]
