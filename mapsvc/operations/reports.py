"""周报、月报: draft, change a sentence, freeze, take back, and what came in after freezing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import uuid4

from mapsvc.domain import report_words
from mapsvc.domain.actors import Actor
from mapsvc.domain.periods import Period, between, week_of
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.report_words import Sentence
from mapsvc.domain.reports import STORIES, Body, Frozen, Gathered, Item, ListId, Report, Story, chosen_stories
from mapsvc.domain.times import office_day
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations import report_facts
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit as store_audit
from mapsvc.store import reports as store_reports
from mapsvc.store.report_lists import CaseAt, received_after

LONGEST = 600
"""Characters of a sentence: a report is half a page."""


@dataclass(frozen=True)
class Draft:
    """A report that can still change, with everything it is made of now.

    Attributes
    ----------
    key : str
        Its address: the id of a kept one, else its days.
    report : Report or None
        None while nobody kept it.
    spots, story_spots
        For the map: what was reported in the span, and where the stories are.
    """

    key: str
    report: Report | None
    period: Period
    title: str
    gathered: Gathered
    sentences: tuple[Sentence, ...]
    stories: tuple[Story, ...]
    spots: tuple[tuple[CaseAt, Item], ...]
    story_spots: Mapping[str, CaseAt]

    @property
    def version(self) -> int:
        """What a change must name."""
        return self.report.version if self.report else 0

    @property
    def plain(self) -> str:
        """Five lines for a group."""
        return report_words.five_lines(self.title, {s.id: s.text for s in self.sentences})


@dataclass(frozen=True)
class Change:
    """What was typed: sentences by name, stories by case, and which stories; None leaves a story to the rule."""

    texts: Mapping[str, str]
    told: Mapping[str, str]
    stories: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Listed:
    """A report in the list of reports."""

    report: Report
    is_taken_back: bool


def key_of(period: Period) -> str:
    """The address of a span's report: ``2026-11-16_2026-11-22``."""
    return f"{period.first.isoformat()}_{period.last.isoformat()}"


def list_reports(ws: Workspace, actor: Actor) -> tuple[Listed, ...]:
    """The reports there are, the latest span first; drafts for those who write them.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_FIGURES)
    writes = may(actor, Action.WRITE_REPORT)
    with ws.read() as conn:
        found = store_reports.all_of(conn)
    taken_back = {one.body.based_on for one in found}
    return tuple(Listed(one, one.id in taken_back) for one in found if writes or one.is_frozen)


def open_report(ws: Workspace, actor: Actor, key: str) -> Report | Draft:
    """A frozen report as it was frozen, a draft as it stands now.

    Parameters
    ----------
    key : str
        Id of a report, or the days of a span: then its newest report, or one that nobody kept yet.

    Raises
    ------
    Forbidden
        A draft, for those who do not write reports.
    NotFound
    """
    require(actor, Action.SEE_FIGURES)
    period = period_of(key)
    with ws.read() as conn:
        report = store_reports.newest_of(conn, period) if period else store_reports.by_id(conn, key)
        if report is not None and report.is_frozen:
            return report
        if report is None and period is None:
            raise unknown()
        require(actor, Action.WRITE_REPORT)
        period = report.period if report else period
        assert period is not None
        gathered = report_facts.gather(ws, conn, period, ws.clock())
        body = report.body if report else Body()
        stories = chosen_stories(body, gathered.stories)
        spots = report_facts.spots(conn, gathered)
        story_spots = report_facts.places_of(conn, [s.case_id for s in stories])
    title = report.title if report else report_words.title_of(period, ws.settings.block_name)
    sentences = report_words.sentences(gathered, body)
    return Draft(
        report.id if report else key, report, period, title, gathered, sentences, stories, tuple(spots), story_spots
    )  # fmt: skip


def save_report(ws: Workspace, actor: Actor, key: str, version: int, change: Change) -> Report:
    """Keep what was typed; a sentence left as the program writes it goes on following the records.

    Raises
    ------
    Forbidden, NotFound
    Refused
        A sentence is too long.
    Conflict
        Somebody kept another version meanwhile, or it is frozen.
    """
    require(actor, Action.WRITE_REPORT)
    found = open_report(ws, actor, key)
    if isinstance(found, Report):
        raise Conflict("这份报告已经定稿，不能再改；要改请先收回定稿。", code="frozen")
    if version != found.version:
        raise stale()
    body = _body(found, change)
    at = ws.clock()
    with ws.write() as conn:
        if found.report is None:
            if store_reports.newest_of(conn, found.period) is not None:
                raise stale()
            kept = Report(str(uuid4()), found.period, found.title, body, at, 1, actor.person_id)
            store_reports.add(conn, kept)
        else:
            kept = found.report.changed(body, at)
            if not store_reports.replace_draft(conn, kept):
                raise stale()
        before = found.report.body.to_json() if found.report else None
        store_audit.append(conn, actor, "save_report", "report", kept.id, before, body.to_json(), at)
    return kept


def freeze_report(ws: Workspace, actor: Actor, key: str, version: int, write: Callable[[Draft], Frozen]) -> Report:
    """定稿: from now on its page, file, five lines and lists are these, whatever comes in later.

    Parameters
    ----------
    write : callable
        Writes page, slides and file from the draft.

    Raises
    ------
    Forbidden, NotFound, Conflict
    """
    require(actor, Action.WRITE_REPORT)
    draft = open_report(ws, actor, key)
    if isinstance(draft, Report):
        raise Conflict("这份报告已经定稿了。", code="frozen")
    if draft.report is None or version != draft.version:
        raise stale()
    frozen, at = write(draft), ws.clock()
    with ws.write() as conn:
        if not store_reports.freeze(conn, draft.report.id, version, frozen, actor.person_id, at):
            raise stale()
        store_audit.append(conn, actor, "freeze_report", "report", draft.report.id, None, frozen.to_json(), at)
    kept = open_report(ws, actor, draft.report.id)
    assert isinstance(kept, Report)
    return kept


def take_back(ws: Workspace, actor: Actor, report_id: str, reason: str) -> Report:
    """收回定稿: a new draft with the same words; the frozen one stays as it was, with the reason beside it.

    Raises
    ------
    Forbidden
        Only the secretary takes one back.
    NotFound
    Refused
        No reason.
    Conflict
        It is not frozen, or was taken back before.
    """
    require(actor, Action.WRITE_REPORT)
    require(actor, Action.WITHDRAW)
    if not reason.strip():
        raise Refused("请写明为什么收回定稿。", field="reason", code="reason_missing")
    at = ws.clock()
    with ws.write() as conn:
        old = store_reports.by_id(conn, report_id)
        if old is None:
            raise unknown()
        if not old.is_frozen:
            raise Conflict("这份报告还没有定稿，直接改就行。", code="not_frozen")
        if store_reports.successor_of(conn, old) is not None:
            raise Conflict("这份报告的定稿已经收回过了，请改后来的那一份。", code="taken_back")
        body = replace(old.body, based_on=old.id, reason=reason.strip()[:LONGEST])
        new = Report(str(uuid4()), old.period, old.title, body, at, 1, actor.person_id)
        store_reports.add(conn, new)
        store_audit.append(conn, actor, "take_back_report", "report", old.id, None, body.to_json(), at)
    return new


def successor(ws: Workspace, actor: Actor, report: Report) -> Report | None:
    """The draft that a frozen report was taken back for."""
    require(actor, Action.SEE_FIGURES)
    with ws.read() as conn:
        return store_reports.successor_of(conn, report)


def late_records(ws: Workspace, actor: Actor, report: Report) -> tuple[Item, ...]:
    """定稿后补记: what happened in the span and came in after it was frozen.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_FIGURES)
    if report.frozen_at is None:
        return ()
    with ws.read() as conn:
        found = received_after(conn, report.period.from_at, report.period.until_at, report.frozen_at)
    return tuple(found)


def behind(ws: Workspace, actor: Actor, key: str, which: ListId, *, before: bool = False) -> tuple[Item, ...]:
    """The rows behind a number: of a frozen report those it was frozen with.

    Raises
    ------
    Forbidden, NotFound
    """
    found = open_report(ws, actor, key)
    if isinstance(found, Report):
        assert found.frozen is not None
        lists = found.frozen.lists_before if before else found.frozen.lists
    else:
        lists = found.gathered.before if before else found.gathered.now
    return lists.get(which, ())


def this_week(ws: Workspace) -> Period:
    """The running week."""
    return week_of(office_day(ws.clock()))


def period_of(key: str) -> Period | None:
    """The span that an address names by its days; None if it does not."""
    first, mark, last = key.partition("_")
    try:
        return between(date.fromisoformat(first), date.fromisoformat(last)) if mark else None
    except ValueError:
        return None


def unknown() -> NotFound:
    """No such report."""
    return NotFound("没有这份报告，请从报告列表里打开。", code="unknown_report")


def stale() -> Conflict:
    """Somebody else was faster."""
    return Conflict("这份报告刚被改过，你写的还在下面；请对照着改好再存。", code="stale_version")


def _body(draft: Draft, change: Change) -> Body:
    """Only what differs from what the program writes is kept."""
    for name, text in (*change.texts.items(), *change.told.items()):
        if len(text) > LONGEST:
            raise Refused(f"一句话最多{LONGEST}个字，这句有{len(text)}个字。", field=name, code="too_long")
    composed = {s.id: s.composed for s in draft.sentences}
    texts = {name: text for name, text in change.texts.items() if name in composed and text != composed[name]}
    known = {story.case_id: story.told for story in draft.gathered.stories}
    told = {case_id: text for case_id, text in change.told.items() if case_id in known and text != known[case_id]}
    old = draft.report.body if draft.report else Body()
    return replace(old, texts=texts, told=dict(old.told) | told, stories=_chosen(draft, change.stories))


def _chosen(draft: Draft, stories: Sequence[str] | None) -> tuple[str, ...] | None:
    if stories is None:
        return draft.report.body.stories if draft.report else None
    known = {story.case_id for story in draft.gathered.stories}
    picked = tuple(dict.fromkeys(case_id for case_id in stories if case_id in known))[:STORIES]
    by_rule = tuple(s.case_id for s in chosen_stories(Body(), draft.gathered.stories))
    return None if picked == by_rule else picked
