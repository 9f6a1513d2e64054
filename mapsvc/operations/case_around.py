"""What a case stands in, as everything written about it needs it: since when, where, whose door, which units."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.privacy import NOBODY_LEFT, Leavers, visible_text
from mapsvc.domain.times import office_day
from mapsvc.errors import NotFound
from mapsvc.store import issues, leavers, register, shops
from mapsvc.store.issues import Found


@dataclass(frozen=True)
class Around:
    """A case with its first issue.

    Attributes
    ----------
    since : datetime
        When it was seen: nothing of the case is earlier.
    committee, company : str or None
        The residents' committee and the property company that answer for the door, as the register names them.
    owner : str or None
        Who looks after the shop today.
    left : Leavers
        Who ran the shop before.
    tenancy_id : str or None
        Who runs it now.
    """

    found: Found
    since: datetime
    committee: str | None
    company: str | None
    owner: str | None
    left: Leavers
    tenancy_id: str | None

    @property
    def case_id(self) -> str:
        """Id of the case."""
        return self.found.case.id

    @property
    def units(self) -> tuple[str, ...]:
        """The committee and the company, where there are such."""
        return tuple(name for name in (self.committee, self.company) if name)

    @property
    def where(self) -> dict[str, str | None]:
        """What an event of the case carries."""
        issue = self.found.issue
        return {
            "shop_id": issue.shop_id,
            "place_id": issue.place_id,
            "location_id": issue.location_id,
            "tenancy_id": self.tenancy_id,
            "case_id": self.case_id,
        }

    def shown(self, actor: Actor, text: str | None) -> str:
        """Free text of the case as `actor` may read it."""
        return visible_text(actor, text, self.owner, self.left)


def around(conn: Connection, case_id: str, at: datetime) -> Around:
    """What the case with this id stands in at `at`; raises NotFound."""
    found = issues.find(conn, case_id)
    if not found:
        raise NotFound(f"没有编号为{case_id[:40]}的案件，请核对编号。", field="case", code="unknown_case")
    first, day = found[0], office_day(at)
    shop = shops.by_id(conn, first.issue.shop_id, day) if first.issue.shop_id else None
    place = first.location
    doors = register.for_door(conn, place.street, place.house_number) if place.street and place.house_number else []
    committee = next((e.residents_committee for e in doors if e.residents_committee), None)
    company = next((e.property_company for e in doors if e.property_company), None)
    left = leavers.of_shops(conn, [shop.id]).get(shop.id, NOBODY_LEFT) if shop else NOBODY_LEFT
    since = min(first.case.opened_at, *(f.issue.happened_at for f in found))
    owner, tenancy_id = (shop.worker_id, shop.tenancy.id if shop.tenancy else None) if shop else (None, None)
    return Around(first, since, committee, company, owner, left, tenancy_id)
