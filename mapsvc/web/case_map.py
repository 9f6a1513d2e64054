"""The piece of the street beside a case: its sign with its door's name."""

from typing import TYPE_CHECKING

from mapsvc.domain.actors import Actor
from mapsvc.errors import Refused
from mapsvc.operations.cases import CaseDetail
from mapsvc.operations.workspace import Workspace

if TYPE_CHECKING:
    from mapsvc.maps.picture import Picture

_TALL, _STRIP = (400, 860), (420, 140)
_TALL_M, _STRIP_M = 190.0, 210.0


def has_map(case: CaseDetail) -> bool:
    """Whether it is known where the case is."""
    return bool(case.line.found.location.has_position)


def picture_of(ws: Workspace, who: Actor, case: CaseDetail, *, is_strip: bool, is_dark: bool) -> "Picture":
    """Draw it.

    Raises
    ------
    Refused
        Without a position.
    """
    from mapsvc.maps.picture import Mark, MarkForm, street_picture

    found = case.line.found
    where = found.location
    if where.lon is None or where.lat is None:
        raise Refused("这件案件还没有位置，请在地图上标出来。", code="no_position")
    number = f"{where.house_number}号" if where.house_number else ""
    label = " ".join(part for part in (number, found.shop_name or found.place_name or "") if part)
    mark = Mark(
        found.issue.number, where.lon, where.lat, MarkForm.ISSUE, label, found.issue.kind, case.line.ring, is_main=True
    )
    width, height = _STRIP if is_strip else _TALL
    across = _STRIP_M if is_strip else _TALL_M
    return street_picture(
        ws, who, [mark], width_px=width, height_px=height, center=(where.lon, where.lat), across_m=across,
        dark=is_dark, alt=f"{label or where.address or found.issue.number}的位置",
    )  # fmt: skip
