"""问题台账: issues with their cases, clocks and where they are."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from mapsvc.domain.cases import CaseState
from mapsvc.domain.clock import Limit, LimitCalendar, due_at
from mapsvc.domain.issues import IssueSource
from mapsvc.domain.kinds import find_kind, kind_of, near_names
from mapsvc.domain.ledger import Level, Values
from mapsvc.domain.times import office_day
from mapsvc.ledger.rows import Row
from mapsvc.ledger.sheets import ISSUES
from mapsvc.operations.ledgers.context import IssueRef, PlaceRef, Run, ShopRef, utc, utc_text
from mapsvc.operations.ledgers.positions import Spot, location_changes, settle, stored_text
from mapsvc.store import bulk, events, search

_OWN = ("kind", "source", "description", "note")


class Issues:
    """The noun of sheet 问题台账."""

    sheet = ISSUES

    def resolve(self, run: Run, rows: Sequence[Row]) -> None:
        """Read the kind, check the times, find shop or place, place every issue."""
        run.know_shops(row.values.get("shop") for row in rows)
        for row in rows:
            self._kind(run, row)
            self._times(run, row)
            self._shop(run, row)
            self._settle(run, row)

    def _kind(self, run: Run, row: Row) -> None:
        told, code = row.values.get("kind"), row.values.pop("_kind_code", None)
        kind = find_kind(told) if told else None
        by_code = find_kind(code) if code else None
        if kind is None:
            kind = by_code
        elif by_code is not None and by_code is not kind:
            message = f"类别“{told}”与国标代码 {code}（{by_code.name}）对不上，按类别存。请核对。"
            run.complain(row, self.sheet, "_kind_code", Level.WARNING, "kind_mismatch", message, code)
        if kind is not None:
            row.values["kind"] = kind.code
        elif told:
            near = near_names(told)
            hint = f"，是不是{'、'.join(near)}？" if near else "。"
            run.complain(
                row, self.sheet, "kind", Level.ERROR, "unknown_kind", f"没有“{told}”这个类别{hint}请改正类别。", told
            )

    def _times(self, run: Run, row: Row) -> None:
        at, closed = row.values.get("at"), row.values.get("closed_at")
        if at and closed and closed < at:
            message = "办结时间早于上报时间。请核对两个时间。"
            run.complain(row, self.sheet, "closed_at", Level.ERROR, "closed_before_report", message, utc(closed))

    def _shop(self, run: Run, row: Row) -> None:
        code = row.values.get("shop")
        if not code or code in run.shops:
            return
        is_placed = row.values.get("_lon") is not None or row.values.get("address")
        level = Level.WARNING if is_placed else Level.ERROR
        what = "先不挂在商铺上" if is_placed else "没有导入"
        message = f"商铺底册里没有编号“{code}”，{what}。请补上这家或改正编号。"
        run.complain(row, self.sheet, "shop", level, "unknown_shop", message, code)
        # Not remembered as imported, so that a later import ties them once the shop is there.
        row.values["shop"] = None

    def _settle(self, run: Run, row: Row) -> None:
        address = row.values.get("address")
        shop, place = self._shop_of(run, row.values), self._place_of(run, address)
        before = list(row.problems), row.is_rejected
        settle(run, self.sheet, row, address, address_is_free=True)
        if row.extra is not None:
            return
        # What was said about the address does not matter if the shop or the place tells where it is.
        spot = _of_shop(shop) if shop else _of_place(place) if place else None
        if spot is not None:
            row.problems, row.is_rejected = before
            row.extra = spot

    def _shop_of(self, run: Run, values: Values) -> ShopRef | None:
        return run.shops.get(values.get("shop") or "")

    def _place_of(self, run: Run, address: str | None) -> PlaceRef | None:
        return run.places().get(address) if address else None

    def existing(self, run: Run, rows: Sequence[Row]) -> dict[str, str]:
        """Issues with these numbers that no file spoke of."""
        return bulk.ids_by(run.conn, "issue", "number", [row.key for row in rows])

    def add(self, run: Run, rows: Sequence[Row]) -> None:
        """Store locations, cases with their steps, issues and history."""
        staff = run.staff(row.values.get("reporter") for row in rows)
        made: list[tuple[dict[str, Any], ...]] = []
        steps: list[dict[str, Any]] = []
        told: list[events.Event] = []
        for row in rows:
            case = _case(run, row)
            issue = self._issue(run, row, case["id"], staff)
            made.append((_location(run, row), case, issue))
            own = _steps(run, row, case)
            steps += own
            told += self._told(run, row, issue, own)
            ref = IssueRef(row.id, case["id"], issue["location_id"], issue["shop_id"], issue["place_id"])
            run.issues[row.values["number"]] = ref
        for table, some in zip(("location", "case_file", "issue"), zip(*made, strict=True), strict=True):
            run.write.add(table, some)
        run.write.add("case_step", steps)
        run.write.events(told)
        run.write.index([_entry(row, case["id"]) for row, (_, case, _issue) in zip(rows, made, strict=True)])

    def _issue(self, run: Run, row: Row, case_id: str, staff: Mapping[str, str]) -> dict[str, Any]:
        values = row.values
        shop, place = self._shop_of(run, values), self._place_of(run, values.get("address"))
        return {
            "id": row.id,
            "number": values["number"],
            "case_id": case_id,
            "location_id": run.id_of("location", self.sheet.name, row.key),
            "shop_id": shop.id if shop else None,
            "place_id": place.id if place else None,
            "reporter_id": staff.get(values.get("reporter") or ""),
            "kind": values["kind"],
            "source": values.get("source") or IssueSource.PATROL.value,
            "description": values.get("description"),
            "note": values.get("note"),
            "happened_at": utc(values["at"]),
            "received_at": run.now,
        }

    def _told(
        self, run: Run, row: Row, issue: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]
    ) -> list[events.Event]:
        at = issue["happened_at"]
        shop = self._shop_of(run, row.values)
        where = {name: issue[name] for name in ("shop_id", "place_id", "location_id", "case_id")}
        where["tenancy_id"] = shop.tenancy_on(office_day(at)) if shop else None
        closing = [events.Event("case_step", s["id"], s["at"], **where) for s in steps if s["version"] > 1]
        return [events.Event("issue", row.id, at, actor_id=issue["reporter_id"], **where), *closing]

    def current(self, run: Run, wanted: Mapping[str, Values]) -> dict[str, Values]:
        """The issues' values now; the kind's own limit counts as none where the file sets none."""
        found = {}
        for row in bulk.issues_whole(run.conn, wanted):
            limit = Limit(LimitCalendar(row.calendar), row.limit_min)
            hours = row.limit_min / 60 if row.limit_min is not None and row.calendar == LimitCalendar.CLOCK else None
            if wanted[row.id].get("limit_hours") is None and limit == kind_of(row.kind).limit:
                hours = None
            found[row.id] = {name: getattr(row, name) for name in (*_OWN, "number", "address")} | {
                "at": utc_text(row.happened_at),
                "shop": row.shop_code,
                "position": stored_text(row),
                "reporter": row.nickname or row.name,
                "limit_hours": hours,
                "closed_at": utc_text(row.closed_at),
            }
        return found

    def change(self, run: Run, changed: Sequence[tuple[Row, Values]]) -> None:
        """Write fields of issues and their cases."""
        known = {r.id: r for r in bulk.issues_whole(run.conn, [row.id for row, _ in changed])}
        staff = run.staff(new.get("reporter") for _, new in changed)
        run.know_shops(row.values.get("shop") for row, _ in changed)
        for row, new in changed:
            now = known[row.id]
            self._change_issue(run, row, new, staff)
            if {"address", "position"} & new.keys():
                run.write.change("location", [{"id": now.location_id, **location_changes(run, row, new)}])
            if {"at", "limit_hours", "closed_at", "kind"} & new.keys():
                _change_case(run, row, new, now)
        run.write.index([_entry(row, known[row.id].case_id) for row, _ in changed])

    def _change_issue(self, run: Run, row: Row, new: Values, staff: Mapping[str, str]) -> None:
        values: dict[str, Any] = {name: new[name] for name in _OWN if name in new}
        if values.get("source", "") is None:
            values["source"] = IssueSource.PATROL.value
        if "at" in new:
            values["happened_at"] = utc(new["at"])
        if "reporter" in new:
            values["reporter_id"] = staff.get(new["reporter"] or "")
        if "shop" in new:
            shop = self._shop_of(run, row.values)
            values["shop_id"] = shop.id if shop else None
        if "address" in new:
            place = self._place_of(run, new["address"])
            values["place_id"] = place.id if place else None
        if values:
            run.write.change("issue", [{"id": row.id, **values}])

    def remove(self, conn: Connection, record_ids: Sequence[str]) -> set[str]:
        """Take issues out again with case, steps and location."""
        leaned_on = bulk.leaned_on(conn, "issue", record_ids)
        files = {row.id: row.case_id for row in bulk.rows_by_ids(conn, "issue", record_ids)}
        worked_on = bulk.leaned_on(conn, "case", sorted(files.values()))
        leaned_on |= {issue_id for issue_id, case_id in files.items() if case_id in worked_on}
        gone = [i for i in record_ids if i not in leaned_on]
        whole = bulk.rows_by_ids(conn, "issue", gone)
        cases = [r.case_id for r in whole]
        events.forget(conn, [*gone, *bulk.steps_of(conn, cases)])
        bulk.remove(conn, "issue", gone)
        bulk.remove(conn, "case_step", cases, "case_id")
        bulk.remove(conn, "escalation", cases, "case_id")
        bulk.remove(conn, "case_file", cases)
        bulk.remove(conn, "location", [r.location_id for r in whole])
        search.remove(conn, "case", cases)
        return leaned_on


def _of_shop(shop: ShopRef) -> Spot | None:
    lon, lat, error_m, *door = shop.where
    return None if lon is None else Spot(lon, lat, "address", error_m or 50.0, "按商铺位置", *door)


def _of_place(place: PlaceRef) -> Spot | None:
    if place.lon is None or place.lat is None:
        return None
    return Spot(place.lon, place.lat, "address", place.error_m or 50.0, "按点位位置")


def _location(run: Run, row: Row) -> dict[str, Any]:
    spot: Spot = row.extra
    location_id = run.id_of("location", ISSUES.name, row.key)
    return {"id": location_id, "kind": "point", "address": row.values.get("address"), **spot.columns()}


def limit_of(values: Values) -> Limit:
    """The allowed time: the row's own hours, else the kind's."""
    hours = values.get("limit_hours")
    return kind_of(values["kind"]).limit if hours is None else Limit(LimitCalendar.CLOCK, round(hours * 60))


def _case(run: Run, row: Row) -> dict[str, Any]:
    at, closed, limit = utc(row.values["at"]), utc(row.values.get("closed_at")), limit_of(row.values)
    assert at is not None
    # The allowed time is kept, but no deadline: it was handled by no clock of ours.
    return {
        "id": run.id_of("case", row.key),
        "state": (CaseState.CLOSED if closed else CaseState.HANDLING).value,
        "version": 2 if closed else 1,
        "calendar": limit.calendar.value,
        "limit_min": limit.minutes,
        "opened_at": at,
        "due_at": None,
        "closed_at": closed,
        "is_imported": True,
    }


def _steps(run: Run, row: Row, case: Mapping[str, Any]) -> list[dict[str, Any]]:
    steps = [_step(run, row, case["id"], None, CaseState.HANDLING, 1, case["opened_at"])]
    if case["closed_at"]:
        steps.append(_step(run, row, case["id"], CaseState.HANDLING, CaseState.CLOSED, 2, case["closed_at"]))
    return steps


def _step(
    run: Run, row: Row, case_id: str, origin: CaseState | None, to: CaseState, version: int, at: Any
) -> dict[str, Any]:
    return {
        "id": run.id_of("step", row.key, version),
        "case_id": case_id,
        "from_state": origin.value if origin else None,
        "to_state": to.value,
        "reason": None,
        "actor_id": None,
        "version": version,
        "at": at,
    }


def _change_case(run: Run, row: Row, new: Values, now: Any) -> None:
    at, limit = utc(row.values["at"]), limit_of(row.values)
    assert at is not None
    values: dict[str, Any] = {
        "opened_at": at,
        "calendar": limit.calendar.value,
        "limit_min": limit.minutes,
    }
    if now.due_at is not None:
        values["due_at"] = due_at(at, limit, now.paused_min, run.is_working)
    if "closed_at" in new:
        closed = utc(new["closed_at"])
        to = CaseState.CLOSED if closed else CaseState.HANDLING
        values |= {"closed_at": closed, "state": to.value, "paused_at": None, "suspended_from": None}
        if to != now.state:
            version = now.case_version + 1
            values["version"] = version
            step = _step(run, row, now.case_id, CaseState(now.state), to, version, closed or run.now)
            run.write.add("case_step", [step])
            where = {"shop_id": now.shop_id, "place_id": now.place_id, "location_id": now.location_id}
            run.write.events([events.Event("case_step", step["id"], step["at"], case_id=now.case_id, **where)])
    run.write.change("case_file", [{"id": now.case_id, **values}])


def _entry(row: Row, case_id: str) -> search.Entry:
    where = row.values.get("address") or ""
    title = f"{where} {kind_of(row.values['kind']).short_name}".strip()
    return search.Entry("case", case_id, title, where, row.values["number"])
