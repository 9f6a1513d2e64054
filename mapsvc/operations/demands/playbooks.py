"""治理样板 at work: what they want looked at every day or week, mornings and evenings."""

from mapsvc.domain.patrol import Shift
from mapsvc.domain.playbooks import Phase, Repeat
from mapsvc.domain.tasks import TaskRole
from mapsvc.domain.times import office_day
from mapsvc.domain.today import clipped
from mapsvc.operations.demands.gathering import Gathering
from mapsvc.store import demand as store
from mapsvc.store.demand import Watched

_OURS = frozenset({TaskRole.WORKER, TaskRole.SECRETARY, TaskRole.VOLUNTEER})
_COMES_AGAIN = frozenset({Repeat.DAILY, Repeat.WEEKLY})
_LONGEST = 40


def add(g: Gathering) -> None:
    """Looks that running playbooks ask of those who walk, where they run; what others do there is theirs."""
    for watched in store.watched(g.conn, Phase.UPKEEP, _COMES_AGAIN, _OURS):
        late = (g.day - office_day(watched.due_at)).days if watched.due_at else 0
        if not _is_wanted(g, watched, late):
            continue
        text = clipped(f"{watched.playbook}：{watched.text}", _LONGEST)
        g.add(g.at_spot(watched), "playbook", text, days_late=max(late, 0))


def _is_wanted(g: Gathering, watched: Watched, late: int) -> bool:
    """Daily looks in every morning and evening, done today or not; else what is due by the day."""
    if watched.repeats == Repeat.DAILY and g.shift is not Shift.DAY:
        return True
    return watched.due_at is None or late >= 0
