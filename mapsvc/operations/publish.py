"""What the published copy says: the office's points and patches as plain rows, masked, with Chinese words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mapsvc.domain.cases import STATE_NAMES, CaseState
from mapsvc.domain.issues import ISSUE_SOURCE_NAMES, IssueSource
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.domain.shops import SHOP_STATE_NAMES, ShopState
from mapsvc.domain.times import month_start, office_day
from mapsvc.operations.workspace import Workspace
from mapsvc.store import publishing, revisions

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Plain:
    """One unmoving state of what may leave.

    Attributes
    ----------
    shops, issues, places : lists of rows
        With lon and lat, WGS-84.
    patches : list of rows
        With area, WKB in WGS-84.
    revisions : mapping of layer to int
        What it was taken from.
    """

    shops: Rows
    issues: Rows
    places: Rows
    patches: Rows
    revisions: Mapping[str, int]


def plain(ws: Workspace) -> Plain:
    """Read everything in one look at the store; no name, number or words of a person among it."""
    now = ws.clock()
    moment = publishing.Moment(office_day(now), month_start(now))
    with ws.read() as conn:
        names = publishing.staff_names(conn)
        return Plain(
            [_shop(dict(row)) for row in publishing.shops(conn, moment)],
            [_issue(dict(row)) for row in publishing.issues(conn)],
            [_masked(dict(row)) for row in publishing.places(conn)],
            [_patch(dict(row), names) for row in publishing.patches(conn, moment)],
            revisions.read(conn),
        )


def _shop(row: dict[str, Any]) -> dict[str, Any]:
    row["state_name"] = SHOP_STATE_NAMES.get(ShopState(row["state"]), row["state"])
    row["visited_this_month"] = bool(row["visited_this_month"])
    return _masked(row)


def _issue(row: dict[str, Any]) -> dict[str, Any]:
    row["kind_name"] = kind_of(row["kind"]).short_name
    row["state_name"] = STATE_NAMES[CaseState(row["state"])]
    row["source_name"] = ISSUE_SOURCE_NAMES[IssueSource(row["source"])]
    return _masked(row)


def _patch(row: dict[str, Any], names: set[str]) -> dict[str, Any]:
    for name in sorted(names, key=len, reverse=True):
        row["name"] = row["name"].replace(name, "")
    row["is_illustrative"] = bool(row["is_illustrative"])
    row["valid_from"] = row["valid_from"].isoformat()
    return _masked(row)


def _masked(row: dict[str, Any]) -> dict[str, Any]:
    return {key: mask_phones_in(value) if isinstance(value, str) else value for key, value in row.items()}
