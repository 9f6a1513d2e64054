"""The timeline of one case: everything in the history that belongs to it, newest first, as this reader may see it."""

from mapsvc.domain.actors import Actor
from mapsvc.domain.history import Entry
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import office_day
from mapsvc.operations.cases import CaseDetail
from mapsvc.operations.history import Door, door_of, entries_of
from mapsvc.operations.workspace import Workspace
from mapsvc.store import cases, events, shops

MOST = 500
"""More than any case has had; what is beyond stands in the history of its door."""


def case_history(ws: Workspace, actor: Actor, case: CaseDetail) -> tuple[Entry, ...]:
    """What happened in this case.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_MAP)
    issue = case.line.found.issue
    with ws.read() as conn:
        # What was merged into it tells of the same thing.
        case_id = case.line.found.case.id
        found = events.page(conn, case_ids=[case_id, *cases.merged_into(conn, case_id)], limit=MOST)
        shop = shops.by_id(conn, issue.shop_id, office_day(ws.clock())) if issue.shop_id else None
        door = door_of(conn, shop) if shop else Door(None, place_id=issue.place_id)
        return entries_of(conn, actor, door, found)
