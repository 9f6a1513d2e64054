"""诱因: what happened around a spot that may explain why there is more than usual there."""

from dataclasses import dataclass
from datetime import datetime

from mapsvc.domain.times import OFFICE_ZONE

MOMENTARY = frozenset({"bins_removed"})
"""Kinds that happen once; the others go on until they are said to be over."""


@dataclass(frozen=True)
class ContextEvent:
    """Something that happened at a spot, from when to when.

    Attributes
    ----------
    lon, lat : float
        Middle, WGS-84 degrees.
    radius_m : float or None
        How far around it counts; None: at the spot itself.
    until_at : datetime or None
        None while it goes on.
    """

    id: str
    kind: str
    text: str
    lon: float
    lat: float
    from_at: datetime
    radius_m: float | None = None
    until_at: datetime | None = None

    def words(self, year: int) -> str:
        """When and what, the year only if it is not `year`: 9月撤桶, 10月起橙子公寓装修, 3月到5月道路施工."""
        since = _month(self.from_at, year)
        if self.kind in MOMENTARY:
            return f"{since}{self.text}"
        until = f"到{_month(self.until_at, year)}" if self.until_at else "起"
        return f"{since}{until}{self.text}"


def _month(at: datetime, year: int) -> str:
    local = at.astimezone(OFFICE_ZONE)
    return f"{local.month}月" if local.year == year else f"{local.year}年{local.month}月"
