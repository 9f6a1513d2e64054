"""What can be done next about a cell: by its situation one main step, and the others beside it."""

from dataclasses import dataclass
from urllib.parse import quote

from mapsvc.domain.actors import Actor
from mapsvc.domain.hotspots import Verdict
from mapsvc.domain.permissions import Action, may
from mapsvc.operations.hotspot_file import HotspotFile


@dataclass(frozen=True)
class Step:
    """A button.

    Attributes
    ----------
    why : str
        Said above the main one.
    """

    words: str
    href: str
    is_main: bool = False
    why: str = ""


def next_steps(who: Actor, file: HotspotFile) -> tuple[Step, ...]:
    """The main step first; for somebody who may only look there is none."""
    main = _main(who, file)
    others = [s for s in _others(who, file) if main is None or s.words != main.words]
    return (*([main] if main else []), *others)


def _main(who: Actor, file: HotspotFile) -> Step | None:
    if file.open:
        count, first = len(file.open), file.open[-1].found.case.id
        words = "去办这一件" if count == 1 else f"先办最早的一件（共{count}件没办完）"
        return Step(words, f"/cases/{quote(first)}", True, f"这里还有{count}件没有办完。")
    said = file.cell.spot.verdict
    if said.says_more and file.spots and not file.going_on and may(who, Action.RUN_PLAYBOOK):
        return _playbook(file, True, "都办结了还是比平时多：一件一件办不够，换个办法。")
    if (said.says_more or said is Verdict.UNSURE) and may(who, Action.PLAN_PATROL, who.person_id):
        why = "比平时多，去走一趟看看。" if said.says_more else "数字还说不准，去走一趟看看最快。"
        return Step("排进今晚巡查", _patrol(file), True, why)
    if may(who, Action.REPORT_ISSUE):
        why = "看到什么就记下来，别人才知道。"
        return Step("在这里报一件", _report(file), True, why)
    return None


def _others(who: Actor, file: HotspotFile) -> list[Step]:
    found = []
    if may(who, Action.PLAN_PATROL, who.person_id):
        found.append(Step("排进今晚巡查", _patrol(file)))
    if file.spots and may(who, Action.RUN_PLAYBOOK):
        found.append(_playbook(file))
    if may(who, Action.REPORT_ISSUE):
        found.append(Step("在这里报一件", _report(file)))
    if may(who, Action.EDIT_CONTEXT):
        found.append(Step("记诱因", f"/context-events/new?{_where(file)}"))
    return found


def _playbook(file: HotspotFile, is_main: bool = False, why: str = "") -> Step:
    return Step("用样板", f"/places/{quote(file.spots[0].code)}#start-playbook", is_main, why)


def _patrol(file: HotspotFile) -> str:
    return f"/patrol?must={quote(file.cell.spot.cell)}"


def _report(file: HotspotFile) -> str:
    return f"/issues/new?{'place=' + quote(file.spots[0].code) if file.spots else _where(file)}"


def _where(file: HotspotFile) -> str:
    spot = file.cell.spot
    return f"lon={spot.lon:.6f}&lat={spot.lat:.6f}"
