"""How the exchange stands, for those who keep it and for those who wait for what merchants say."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mapsvc.config import Settings
from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.pickup import CONNECTED_FOR
from mapsvc.domain.responses import moment_text
from mapsvc.domain.times import iso
from mapsvc.operations.exchange import state as states
from mapsvc.operations.exchange.state import State
from mapsvc.operations.workspace import Workspace

WORRYING = timedelta(days=1)
"""After so long without an exchange somebody should look."""


@dataclass(frozen=True)
class Standing:
    """How it stands.

    Attributes
    ----------
    is_configured : bool
        An address and a key are set.
    is_wanted : bool
        The same, or letters went before as files.
    is_late : bool
        Too long ago for what merchants read on their page about minutes.
    is_worrying : bool
        So long ago that somebody should look.
    """

    is_configured: bool
    is_wanted: bool
    is_late: bool
    is_worrying: bool
    last_good_at: datetime | None
    failures: int
    why: str
    url: str

    @property
    def words(self) -> str:
        """``公网页面：11月23日 9:12交换过。``"""
        if not self.is_wanted:
            return "没有公网页面：卡上有座机和微信码，别的都照常用。"
        last = f"上次{moment_text(self.last_good_at)}" if self.last_good_at else "还没有交换成过"
        if not self.is_late:
            return f"公网页面：{moment_text(self.last_good_at)}交换过。" if self.last_good_at else f"公网页面{last}。"
        return f"公网页面没连上，{last}。{self.why}"

    @property
    def facts(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "url": self.url,
            "last_good_at": iso(self.last_good_at) if self.last_good_at else None,
            "failures": self.failures,
            "why": self.why,
            "is_late": self.is_late,
        }


def standing_of(ws: Workspace, actor: Actor) -> Standing:
    """How the exchange stands now. Raises Forbidden."""
    require(actor, Action.EXCHANGE_SURFACE)
    with ws.read() as conn:
        state = states.read(conn)
    return _standing(ws.settings, state, ws.clock())


def problems(ws: Workspace) -> list[str]:
    """What those who keep the service should know: letters that have not gone for a day."""
    with ws.read() as conn:
        stands = _standing(ws.settings, states.read(conn), ws.clock())
    return [stands.words] if stands.is_worrying else []


def _standing(settings: Settings, state: State, at: datetime) -> Standing:
    good = state.last_good_at
    configured = states.is_configured(settings)
    usual = max(CONNECTED_FOR, 3 * states.pause(settings, 0))
    ago = at - good if good else None
    return Standing(
        configured,
        configured or good is not None,
        configured and (ago is None or ago > usual),
        configured and state.tried_at != "" and (ago is None or ago > WORRYING),
        good,
        state.failures,
        state.why,
        states.address(settings),
    )
