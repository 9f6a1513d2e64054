"""回访问效: writing down what came of a case, a run, a place or at a shop, and what follows from it."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain import effects as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import Case, CaseState
from mapsvc.domain.effects import EffectCheck, Result, Satisfaction, ToldBy
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import office_day, to_second
from mapsvc.domain.visits import Visit
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.issues import happened_at
from mapsvc.operations.reopenings import file_reopening
from mapsvc.operations.watches import open_relapse_watch
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, bulk, cases, effects, events, issues, places, playbooks, return_visits, shops


@dataclass(frozen=True)
class NewCheck:
    """What somebody found; `id` comes from the client. Of `case`, `run`, `place`, `shop` one is needed.

    Attributes
    ----------
    case : str, optional
        Id of a case or number of an issue.
    run : str, optional
        Id of a playbook's run.
    place, shop : str, optional
        Codes.
    satisfaction : Satisfaction, optional
        As the merchant said it.
    at : datetime, optional
        When; None: now.
    visit : str, optional
        Id of the return visit on which it was found.
    """

    id: str
    result: Result
    case: str | None = None
    run: str | None = None
    place: str | None = None
    shop: str | None = None
    satisfaction: Satisfaction | None = None
    told_by: ToldBy | None = None
    note: str = ""
    at: datetime | None = None
    visit: str | None = None


@dataclass(frozen=True)
class Checked:
    """What is in the store now; `is_new` is False for a retry.

    Attributes
    ----------
    reopening_id : str or None
        What was filed for the secretary because of it.
    notes : tuple of str
        What was taken otherwise than told, in sentences.
    """

    check: EffectCheck
    is_new: bool = True
    reopening_id: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Spot:
    """Where a check belongs on the timeline."""

    case: Case | None = None
    run_id: str | None = None
    place_id: str | None = None
    shop_id: str | None = None
    location_id: str | None = None
    tenancy_id: str | None = None
    kind: str | None = None


def record_effect(ws: Workspace, actor: Actor, new: NewCheck) -> Checked:
    """Write down what came of it; the same id with the same content again changes nothing.

    Somebody unhappy, or trouble that is worse or back, files a reopening for the secretary; what got better is watched
    for a relapse. The return visit of the case counts as made.

    Raises
    ------
    Forbidden
    NotFound
        No such case, run, place or shop.
    Conflict
        If the id was used for something else.
    Refused
        If it says of nothing what came of it.
    """
    require(actor, Action.CHECK_EFFECT)
    received_at = to_second(ws.clock())
    with ws.write() as conn:
        return check_within(conn, ws, actor, new, received_at)


def check_within(
    conn: Connection, ws: Workspace, actor: Actor, new: NewCheck, received_at: datetime, visit: Visit | None = None
) -> Checked:
    """`record_effect` in the caller's transaction; `visit` is the return visit that brought it."""
    before = effects.by_id(conn, new.id)
    spot = _spot(conn, new, received_at, visit)
    check = _check(actor, new, spot, received_at, visit, before is None)
    handlers = effects.handled_by(conn, [spot.case.id]).get(spot.case.id, frozenset()) if spot.case else frozenset()
    kept = rules.satisfaction_to_keep(check.satisfaction, actor.person_id, handlers)
    told = replace(check, satisfaction=kept)
    if before is not None:
        _require_same(before, told)
        return Checked(before, False)
    notes = ("自己办的事，满意不满意由别人来问，这里没有记。",) if kept is not check.satisfaction else ()
    effects.add(conn, told)
    events.append(
        conn, type="effect", ref=told.id, at=told.at, shop_id=spot.shop_id, place_id=spot.place_id,
        location_id=spot.location_id, tenancy_id=spot.tenancy_id, case_id=told.case_id, actor_id=actor.person_id,
    )  # fmt: skip
    audit.append(conn, actor, "record_effect", "effect_check", told.id, after=told, at=received_at)
    filed = _follow_up(conn, ws, actor, told, spot, received_at)
    return Checked(told, True, filed, notes)


def _check(
    actor: Actor, new: NewCheck, spot: _Spot, received_at: datetime, visit: Visit | None, is_new: bool
) -> EffectCheck:
    at = visit.happened_at if visit else happened_at(new.at, received_at)
    if is_new and spot.case and spot.case.closed_at and at < spot.case.closed_at and not visit:
        raise Refused("回访的时间早于结案的时间，请改一下。", field="at", code="before_closing")
    return EffectCheck(
        new.id, new.result, at, received_at, spot.case.id if spot.case else None, spot.run_id, spot.place_id,
        spot.shop_id, visit.id if visit else new.visit, new.satisfaction, new.told_by, new.note.strip() or None,
        actor.person_id,
    )  # fmt: skip


def _follow_up(
    conn: Connection, ws: Workspace, actor: Actor, check: EffectCheck, spot: _Spot, received_at: datetime
) -> str | None:
    case = spot.case
    if case is None:
        _watch(conn, actor, check, spot)
        return None
    if case.state is not CaseState.CLOSED or check.at < (case.closed_at or check.at):
        return None
    if case.return_visited_at is None and case.return_visit_due_at is not None:
        return_visits.mark(conn, [case.id], check.at)
    _watch(conn, actor, check, spot)
    if check.complaint is None:
        return None
    reason = f"{check.complaint}：{check.note}" if check.note else check.complaint
    return file_reopening(conn, ws, actor, case.id, reason, check.id, received_at).id


def _watch(conn: Connection, actor: Actor, check: EffectCheck, spot: _Spot) -> None:
    """What got better is looked at for a relapse."""
    if not check.eases or not (spot.location_id or spot.place_id):
        return
    words = "没有了" if check.result is Result.GONE else "好转"
    open_relapse_watch(
        conn, actor, check.id, words, check.at, case_id=spot.case.id if spot.case else None,
        place_id=spot.place_id, location_id=spot.location_id, kind=spot.kind,
    )  # fmt: skip


def _spot(conn: Connection, new: NewCheck, received_at: datetime, visit: Visit | None) -> _Spot:
    if new.case:
        return _at_case(conn, new.case, visit)
    if new.run:
        run = playbooks.run_by_id(conn, new.run)
        if run is None:
            raise NotFound("没有这次治理，请刷新后重试。", field="run", code="unknown_run")
        meant = playbooks.by_ids(conn, [run.playbook_id])[run.playbook_id].content.kinds
        return _Spot(
            None, run.id, run.place_id, run.shop_id, run.location_id, kind=meant[0] if meant else None
        )  # fmt: skip
    if new.place:
        place = places.by_code(conn, new.place)
        if place is None:
            raise NotFound(f"没有编号为{new.place}的点位，请核对编号。", field="place", code="unknown_place")
        return _Spot(place_id=place.id, location_id=place.location.id)
    if new.shop:
        shop = shops.by_code(conn, new.shop, office_day(received_at))
        if shop is None:
            raise NotFound(f"没有编号为{new.shop}的商铺，请核对编号。", field="shop", code="unknown_shop")
        now = shop.tenancy.id if shop.tenancy else None
        return _Spot(shop_id=shop.id, location_id=shop.location.id, tenancy_id=visit.tenancy_id if visit else now)
    raise Refused("请说明是哪件案件、哪个点位或哪家商铺的效果。", field="case", code="about_nothing")


def _at_case(conn: Connection, told: str, visit: Visit | None) -> _Spot:
    named = issues.by_number(conn, told)
    case = cases.by_id(conn, named.case.id if named else told)
    while case is not None and case.merged_into:
        case = cases.by_id(conn, case.merged_into)
    if case is None:
        raise NotFound(f"没有编号为{told[:40]}的案件，请核对编号。", field="case", code="unknown_case")
    first = issues.find(conn, case.id)[0].issue
    tenancy_id = visit.tenancy_id if visit else None
    return _Spot(case, None, first.place_id, first.shop_id, first.location_id, tenancy_id, first.kind)


def _require_same(before: EffectCheck, told: EffectCheck) -> None:
    def content(one: EffectCheck) -> tuple[object, ...]:
        return one.result, one.case_id, one.run_id, one.place_id, one.shop_id, one.note

    if content(before) != content(told):
        raise Conflict("这个编号（id）已经记过另一次回访，请换一个新的 id。", field="id", code="id_used")


def undo_checks(conn: Connection, visit_id: str) -> None:
    """Take back what a visit found, with what followed from it; the case's return visit is for the caller to undo.

    Raises
    ------
    Conflict
        If the secretary decided on it since.
    """
    found = [check.id for check in effects.of_visit(conn, visit_id)]
    for filed in bulk.rows_by_ids(conn, "reopening", found, "check_id"):
        if filed.decided_at is not None:
            raise Conflict("书记已经按这次回访定了要不要重新办理，不能撤回这次登记。", code="touched")
    filed_ids = [row.id for row in bulk.rows_by_ids(conn, "reopening", found, "check_id")]
    events.forget(conn, [*found, *filed_ids])
    bulk.remove(conn, "reopening", filed_ids)
    bulk.remove(conn, "watch", found, "ref")
    bulk.remove(conn, "photo", found, "owner_id")
    effects.remove(conn, found)
