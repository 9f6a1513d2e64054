"""以往同类: closed cases of a case's kind, and the lines of the list behind their numbers."""

from datetime import timedelta

from mapsvc.domain.actors import Actor
from mapsvc.domain.history import EventType, HistorySide, side_of
from mapsvc.domain.past_cases import YEARS, PastCase, PastCases
from mapsvc.domain.permissions import Action, may, require
from mapsvc.operations.case_lines import Line, lines_of
from mapsvc.operations.cases import CaseDetail
from mapsvc.operations.workspace import Workspace
from mapsvc.store import issues
from mapsvc.store import past_cases as store


def past_of(ws: Workspace, actor: Actor, case: CaseDetail) -> PastCases:
    """Cases of the same kind that were closed in the last two years; none for who may not see what shops were asked.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_MAP)
    found = case.line.found
    if side_of(EventType.ISSUE, found.issue.kind) is HistorySide.ASK and not may(actor, Action.SEE_ASKED):
        return PastCases(())
    since = ws.clock() - timedelta(days=365 * YEARS)
    with ws.read() as conn:
        return PastCases(tuple(store.closed_of_kind(conn, found.issue.kind, since, found.case.id)))


def past_lines(ws: Workspace, actor: Actor, items: tuple[PastCase, ...]) -> list[tuple[PastCase, Line]]:
    """Each with its line as lists show it, in the order given."""
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        firsts = issues.of_cases(conn, (c.case_id for c in items))
        found = issues.found_by_ids(conn, [i.id for i in firsts.values()])
        lines = {line.found.case.id: line for line in lines_of(conn, actor, list(found.values()), ws.clock())}
    return [(c, lines[c.case_id]) for c in items if c.case_id in lines]
