"""商铺底册: premises with location, tenancy, merchant and who looks after them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain.cards import RevokedWhy
from mapsvc.domain.handovers import owner_of
from mapsvc.domain.ledger import Level, Values
from mapsvc.domain.origins import CLOSED_FIELDS
from mapsvc.domain.patches import Patch
from mapsvc.domain.shops import Assignment, AssignmentSource, ShopState
from mapsvc.ledger import cells
from mapsvc.ledger.rows import Row
from mapsvc.ledger.sheets import SHOPS
from mapsvc.operations.ledgers import corrections
from mapsvc.operations.ledgers.context import SHOP_WHERE, SINCE_EVER, Run, ShopRef, person_row
from mapsvc.operations.ledgers.patches import PatchLookup
from mapsvc.operations.ledgers.positions import Spot, location_changes, settle, stored_text
from mapsvc.store import bulk, events, search

_TENANCY = ("sign_name", "trade", "origin", "has_preschooler", "staff_count")
_SHOP = ("state", "area_m2", "note")
_PERSONAL = frozenset({"merchant", "phone", "origin", "has_preschooler"})
_NO_NAME = "店主"
HANDED_OVER = RevokedWhy.HANDED_OVER.value
_LEFT_ALONE = frozenset({AssignmentSource.PATCH, AssignmentSource.COVER})


class Shops:
    """The noun of sheet 商铺底册."""

    sheet = SHOPS

    def __init__(self) -> None:
        self._patches: PatchLookup | None = None
        self._patch_of: dict[int, Patch] = {}

    def resolve(self, run: Run, rows: Sequence[Row]) -> None:
        """Place every shop, and look at its phone; leave out what the office had deleted for good."""
        if not run.takes_closed:
            _leave_out_closed(run, rows)
        for row in rows:
            settle(run, self.sheet, row, row.values.get("address"))
            phone = row.values.get("phone")
            if phone and not cells.is_phone(phone):
                message = f"联系电话“{phone}”不像电话号码，照原样存了。请核对。"
                run.complain(row, self.sheet, "phone", Level.WARNING, "odd_phone", message, phone)
        self._look_up_patches(run, rows)

    def _look_up_patches(self, run: Run, rows: Sequence[Row]) -> None:
        """Remember whose patch each shop lies in; a row that names another worker wins, and is told of once in all."""
        if self._patches is None:
            self._patches = PatchLookup(run.conn, run.today)
        placed = [row for row in rows if row.extra is not None and not row.is_rejected]
        found = self._patches.at([(row.extra.lon, row.extra.lat) for row in placed])
        self._patch_of = {row.number: patch for row, patch in zip(placed, found, strict=True) if patch}
        for row in placed:
            patch, name = self._patch_of.get(row.number), row.values.get("worker")
            if patch and name and name != patch.worker:
                run.outcome.other_worker.append(row.values.get("code") or "")

    def existing(self, run: Run, rows: Sequence[Row]) -> dict[str, str]:
        """Shops made in the app under the same code."""
        return bulk.ids_by(run.conn, "shop", "code", [row.key for row in rows])

    def add(self, run: Run, rows: Sequence[Row]) -> None:
        """Store premises, tenancies, merchants and assignments."""
        staff = run.staff(row.values.get("worker") for row in rows)
        people: list[dict[str, Any]] = []
        found: list[tuple[dict[str, Any], ...]] = []
        assigned: list[dict[str, Any]] = []
        for row in rows:
            merchant = _merchant(run, row)
            if merchant:
                people.append(merchant)
            found.append((_location(run, row), _shop(run, row), _tenancy(run, row, merchant)))
            if (held := self._assignment(run, row, staff)) is not None:
                assigned.append(held)
        locations, shops, tenancies = zip(*found, strict=True)
        for table, some in (("person", people), ("location", locations), ("shop", shops), ("tenancy", tenancies)):
            run.write.add(table, some)
        run.write.add("assignment", assigned)
        run.write.index([_entry(row) for row in rows])
        if run.write.is_dry:
            # What is stored can be looked up when another sheet asks for it; what is not has to be remembered.
            for location, shop, tenancy in found:
                where = tuple(location[name] for name in SHOP_WHERE)
                run.shops[shop["code"]] = ShopRef(shop["id"], location["id"], where, ((None, None, tenancy["id"]),))

    def _assignment(self, run: Run, row: Row, staff: Mapping[str, str]) -> dict[str, Any] | None:
        name = row.values.get("worker")
        source, worker_id = AssignmentSource.ROW, staff.get(name) if name else None
        if worker_id is None:
            patch = self._patch_of.get(row.number)
            source, worker_id = AssignmentSource.PATCH, patch.worker_id if patch else None
        if worker_id is None:
            return None
        return _assigned(run.id_of("assignment", row.key), row.id, worker_id, source, SINCE_EVER)

    def current(self, run: Run, wanted: Mapping[str, Values]) -> dict[str, Values]:
        """The shops' values now; who stands in counts nowhere, a worker by patch as none where the file names none."""
        workers = _workers(run.conn, list(wanted), run.today)
        found = {}
        for row in bulk.shops_whole(run.conn, wanted):
            source, worker = workers.get(row.id, (None, None))
            if source is AssignmentSource.PATCH and not wanted[row.id].get("worker"):
                worker = None
            values = {name: getattr(row, name) for name in (*_TENANCY, *_SHOP, "code", "address", "merchant", "phone")}
            found[row.id] = values | {"worker": worker, "position": stored_text(row)}
        return found

    def change(self, run: Run, changed: Sequence[tuple[Row, Values]]) -> None:
        """Write fields of shops where each of them lives; the change goes into the history."""
        known = {row.id: row for row in bulk.shops_whole(run.conn, [row.id for row, _ in changed])}
        staff = run.staff(new.get("worker") for _, new in changed)
        for row, new in changed:
            self._change_one(run, row, new, known[row.id], staff)
        run.write.index([_entry(row) for row, new in changed if {"sign_name", "address"} & new.keys()])
        run.write.raise_version("shop", [row.id for row, _ in changed])
        shops = {row.id: (known[row.id].location_id, known[row.id].tenancy_id) for row, _ in changed}
        corrections.write(run, changed, "shop", shops, _PERSONAL)

    def _change_one(self, run: Run, row: Row, new: Values, now: Any, staff: Mapping[str, str]) -> None:
        write = run.write
        own = {name: new[name] for name in _SHOP if name in new}
        if "state" in own:
            own["state"] = own["state"] or ShopState.OPEN.value
        write.change("shop", [{"id": row.id, **own, "updated_at": run.now}])
        if now.tenancy_id and (held := {name: new[name] for name in _TENANCY if name in new}):
            write.change("tenancy", [{"id": now.tenancy_id, **held}])
        elif not now.tenancy_id and new.get("sign_name"):
            open_tenancy(run, row, row.id)
        if now.tenancy_id and {"merchant", "phone"} & new.keys():
            _change_merchant(run, row, new, now)
        if {"address", "position"} & new.keys():
            write.change("location", [{"id": now.location_id, **location_changes(run, row, new)}])
        if "worker" in new:
            _reassign(run, row, staff)

    def remove(self, conn: Connection, record_ids: Sequence[str]) -> set[str]:
        """Take shops out again with all that was stored with them."""
        leaned_on = bulk.leaned_on(conn, "shop", record_ids) | _with_quiet_hours(conn, record_ids)
        gone = [i for i in record_ids if i not in leaned_on]
        whole = bulk.rows_by_ids(conn, "shop", gone)
        merchants = [r.merchant_id for r in bulk.rows_by_ids(conn, "tenancy", gone, "shop_id") if r.merchant_id]
        fixed = [r.id for r in bulk.rows_by_ids(conn, "correction", gone, "shop_id")]
        tenancies = [r.id for r in bulk.rows_by_ids(conn, "tenancy", gone, "shop_id")]
        events.forget(conn, [*fixed, *tenancies])
        for table in ("correction", "assignment", "card", "tenancy"):
            bulk.remove(conn, table, gone, "shop_id")
        bulk.remove(conn, "shop", gone)
        bulk.remove(conn, "location", [r.location_id for r in whole])
        bulk.remove(conn, "person", merchants)
        search.remove(conn, "shop", gone)
        return leaned_on


def _leave_out_closed(run: Run, rows: Sequence[Row]) -> None:
    for row in rows:
        found = [row.values.pop(name, None) for name in CLOSED_FIELDS]
        run.outcome.closed_left_out += any(value is not None for value in found)
        for name in CLOSED_FIELDS:
            row.masked.pop(name, None)


def _with_quiet_hours(conn: Connection, shop_ids: Sequence[str]) -> set[str]:
    """Those of the shops whose people said when it does not suit: what they said hangs on their tenancy alone."""
    tenancies = {t.id: t.shop_id for t in bulk.rows_by_ids(conn, "tenancy", shop_ids, "shop_id")}
    return {tenancies[q.tenancy_id] for q in bulk.rows_by_ids(conn, "quiet_hours", list(tenancies), "tenancy_id")}


def open_tenancy(run: Run, row: Row, shop_id: str) -> None:
    """换店: end the present tenancy today and begin the row's; its people leave with the old one."""
    old = [t for t in bulk.rows_by_ids(run.conn, "tenancy", [shop_id], "shop_id") if t.ended_on is None]
    run.write.change("tenancy", [{"id": t.id, "ended_on": run.today} for t in old])
    run.write.change("person", [{"id": t.merchant_id, "left_at": run.now} for t in old if t.merchant_id])
    live = [c for c in bulk.rows_by_ids(run.conn, "card", [shop_id], "shop_id") if c.revoked_at is None]
    run.write.change("card", [{"id": c.id, "revoked_at": run.now, "revoked_why": HANDED_OVER} for c in live])
    mark = f"{run.batch_id}|{row.key}"
    merchant = _merchant(run, row, mark)
    tenancy = _tenancy(run, row, merchant, mark) | {"shop_id": shop_id, "started_on": run.today if old else None}
    run.write.add("person", [merchant] if merchant else [])
    run.write.add("tenancy", [tenancy])
    if old:
        event = events.Event("tenancy", tenancy["id"], run.now, shop_id=shop_id, tenancy_id=tenancy["id"])
        run.write.events([event])
    run.write.index([_entry(row)])


def _merchant(run: Run, row: Row, mark: str = "") -> dict[str, Any] | None:
    name, phone = row.values.get("merchant"), row.values.get("phone")
    if not name and not phone:
        return None
    return person_row(run.id_of("merchant", mark or row.key), "merchant", name or _NO_NAME, None, phone, run.now)


def _location(run: Run, row: Row) -> dict[str, Any]:
    spot: Spot = row.extra
    address = row.values.get("address")
    return {"id": run.id_of("location", row.key), "kind": "shop", "address": address, **spot.columns()}


def _shop(run: Run, row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "code": row.values["code"],
        "location_id": run.id_of("location", row.key),
        "state": row.values.get("state") or ShopState.OPEN.value,
        "area_m2": row.values.get("area_m2"),
        "note": row.values.get("note"),
        "created_at": run.now,
        "updated_at": run.now,
    }


def _tenancy(run: Run, row: Row, merchant: Mapping[str, Any] | None, mark: str = "") -> dict[str, Any]:
    held = {name: row.values.get(name) for name in _TENANCY}
    return {
        "id": run.id_of("tenancy", mark or row.key),
        "shop_id": row.id,
        "merchant_id": merchant["id"] if merchant else None,
        **held,
        "started_on": None,
    }


def _entry(row: Row) -> search.Entry:
    return search.Entry("shop", row.id, row.values["sign_name"], row.values.get("address") or "", row.values["code"])


def _change_merchant(run: Run, row: Row, new: Values, now: Any) -> None:
    if now.merchant_id is None:
        merchant = _merchant(run, row)
        if merchant:
            merchant["id"] = str(uuid4())
            run.write.add("person", [merchant])
            run.write.change("tenancy", [{"id": now.tenancy_id, "merchant_id": merchant["id"]}])
        return
    values = {"phone": new["phone"]} if "phone" in new else {}
    if "merchant" in new:
        values["name"] = new["merchant"] or _NO_NAME
    run.write.change("person", [{"id": now.merchant_id, **values}])


def _reassign(run: Run, row: Row, staff: Mapping[str, str]) -> None:
    # What lies ahead ends too; who stands in today goes on to the day that was said.
    held = bulk.rows_by_ids(run.conn, "assignment", [row.id], "shop_id")
    ends = [a for a in held if a.source not in _LEFT_ALONE and (a.until_day is None or a.until_day > run.today)]
    run.write.change("assignment", [{"id": a.id, "until_day": max(a.from_day, run.today)} for a in ends])
    name = row.values.get("worker")
    if name:
        run.write.add("assignment", [_assigned(str(uuid4()), row.id, staff[name], AssignmentSource.ROW, run.today)])


def _assigned(
    assignment_id: str, shop_id: str, worker_id: str, source: AssignmentSource, since: date
) -> dict[str, Any]:
    return {
        "id": assignment_id,
        "shop_id": shop_id,
        "worker_id": worker_id,
        "source": source.value,
        "from_day": since,
        "until_day": None,
    }


def _workers(conn: Connection, shop_ids: Sequence[str], day: date) -> dict[str, tuple[AssignmentSource, str]]:
    names: dict[str, str] = {}
    held: dict[str, list[Assignment]] = {}
    for row in bulk.assignments_in_force(conn, shop_ids, day):
        names[row.worker_id] = row.nickname or row.name
        one = Assignment(row.id, row.shop_id, row.worker_id, AssignmentSource(row.source), row.from_day, row.until_day)
        held.setdefault(row.shop_id, []).append(one)
    chosen = {shop_id: owner_of(some, day) for shop_id, some in held.items()}
    return {shop_id: (a.source, names[a.worker_id]) for shop_id, a in chosen.items() if a}
