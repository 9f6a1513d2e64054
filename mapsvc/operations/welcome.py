"""What a new tenant is handed: who looks after the door, how to reach them, by when somebody calls."""

from dataclasses import dataclass
from datetime import date

from mapsvc.domain.actors import Actor
from mapsvc.domain.cards import Card
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import office_day
from mapsvc.operations.cards import live_card
from mapsvc.operations.shops import find_shop
from mapsvc.operations.workspace import Workspace
from mapsvc.store import visits


@dataclass(frozen=True)
class Welcome:
    """The words of a welcome sheet and of a card; no merchant's name or phone is on either.

    Attributes
    ----------
    sign_name : str or None
        None if nobody runs the premises: there is nobody to welcome.
    first_visit_by : date or None
        Last day for the first visit; None when the tenant was met, the day has passed, or nobody knows the beginning.
    """

    code: str
    address: str
    sign_name: str | None
    worker: str | None
    first_visit_by: date | None
    card: Card | None


def welcome(ws: Workspace, actor: Actor, code: str) -> Welcome:
    """What the sheet of this shop says.

    Raises
    ------
    NotFound, Forbidden
    """
    today = office_day(ws.clock())
    card = live_card(ws, actor, code)
    with ws.read() as conn:
        shop = find_shop(conn, code, today)
        require(actor, Action.EDIT_SHOP, shop.worker_id)
        met_at = visits.last_met_at(conn, shop.id)
    by = shop.tenancy.first_visit_due_on if shop.tenancy else None
    since = shop.tenancy.started_on if shop.tenancy else None
    is_met = met_at is not None and since is not None and office_day(met_at) >= since
    return Welcome(
        shop.code,
        shop.location.address or shop.code,
        shop.tenancy.sign_name if shop.tenancy else None,
        shop.worker.display_name if shop.worker else None,
        by if by and by >= today and not is_met else None,
        card,
    )
