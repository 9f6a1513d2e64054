"""走访记录: calls, and what was voiced on them as needs."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from mapsvc.domain.ledger import Level, Values
from mapsvc.domain.times import office_day
from mapsvc.domain.topics import topic_of
from mapsvc.domain.visits import Outcome, VisitSource
from mapsvc.ledger.rows import Row
from mapsvc.ledger.sheets import VISITS, Sheet
from mapsvc.operations.ledgers.context import Run, utc, utc_text
from mapsvc.store import bulk, events

_OWN = ("kind", "outcome", "note", "satisfaction", "wants_follow_up")


class Visits:
    """The noun of sheet 走访记录."""

    sheet = VISITS

    def resolve(self, run: Run, rows: Sequence[Row]) -> None:
        """Find the shops."""
        run.know_shops(row.values.get("shop") for row in rows)
        for row in rows:
            row.values.pop("_sign_name", None)
            if row.values.get("outcome") is None:
                row.values["outcome"] = Outcome.MET.value
            require_shop(run, self.sheet, row)

    def existing(self, run: Run, rows: Sequence[Row]) -> dict[str, str]:
        """Visits made in the app: the same shop, minute, worker and kind."""
        found = stored_at_shops(run, "visit", "happened_at", "at", rows)
        names = {person_id: name for name, person_id in run.staff([]).items()}
        codes = {ref.id: code for code, ref in run.shops.items()}
        keys = {}
        for visit in found:
            who = names.get(visit.worker_id)
            values = {"shop": codes[visit.shop_id], "at": utc_text(visit.happened_at), "worker": who}
            keys[self.sheet.key_of(values | {"kind": visit.kind})] = visit.id
        return {row.key: keys[row.key] for row in rows if row.key in keys}

    def add(self, run: Run, rows: Sequence[Row]) -> None:
        """Store visits and needs."""
        staff = run.staff(row.values["worker"] for row in rows)
        visits, needs, told = [], [], []
        for row in rows:
            shop = run.shops[row.values["shop"]]
            at = utc(row.values["at"])
            assert at is not None
            tenancy_id = shop.tenancy_on(office_day(at))
            worker_id = staff[row.values["worker"]]
            visits.append(
                {
                    "id": row.id,
                    "shop_id": shop.id,
                    "tenancy_id": tenancy_id,
                    "worker_id": worker_id,
                    **{name: row.values.get(name) for name in _OWN},
                    "source": VisitSource.LEDGER.value,
                    "happened_at": at,
                    "received_at": run.now,
                }
            )
            where = {"shop_id": shop.id, "location_id": shop.location_id, "tenancy_id": tenancy_id}
            told.append(events.Event("visit", row.id, at, actor_id=worker_id, **where))
            if row.values.get("need"):
                need = _need(run, row.key, row.id, row.values["need"], visits[-1])
                needs.append(need)
                told.append(events.Event("need", need["id"], at, actor_id=worker_id, **where))
        run.write.add("visit", visits)
        run.write.add("need", needs)
        run.write.events(told)

    def current(self, run: Run, wanted: Mapping[str, Values]) -> dict[str, Values]:
        """The visits' values now."""
        needs: dict[str, list[str]] = {}
        for need in sorted(bulk.rows_by_ids(run.conn, "need", wanted, "visit_id"), key=lambda n: n.id):
            needs.setdefault(need.visit_id, []).append(need.text)
        return {
            row.id: {name: getattr(row, name) for name in _OWN}
            | {
                "at": utc_text(row.happened_at),
                "shop": row.shop_code,
                "worker": row.nickname or row.name,
                "need": ";".join(needs.get(row.id, [])) or None,
                "_sign_name": row.sign_name,
            }
            for row in bulk.visits_whole(run.conn, wanted)
        }

    def change(self, run: Run, changed: Sequence[tuple[Row, Values]]) -> None:
        """Write fields of visits; a need that was voiced is put in words anew, not made twice."""
        for row, new in changed:
            values: dict[str, Any] = {name: new[name] for name in _OWN if name in new}
            if "at" in new:
                values["happened_at"] = utc(new["at"])
            if values:
                run.write.change("visit", [{"id": row.id, **values}])
            if "need" in new:
                _change_need(run, row, new["need"])

    def remove(self, conn: Connection, record_ids: Sequence[str]) -> set[str]:
        """Take visits out again with their needs."""
        leaned_on = bulk.leaned_on(conn, "visit", record_ids)
        gone = [i for i in record_ids if i not in leaned_on]
        needs = [n.id for n in bulk.rows_by_ids(conn, "need", gone, "visit_id")]
        events.forget(conn, [*gone, *needs])
        bulk.remove(conn, "need", needs)
        bulk.remove(conn, "visit", gone)
        return leaned_on


def stored_at_shops(run: Run, table: str, column: str, field: str, rows: Sequence[Row]) -> list[Any]:
    """What the store has at the shops of `rows` in the time they speak of."""
    times = [at for row in rows if (at := utc(row.values[field])) is not None]
    if not times:
        return []
    shop_ids = {run.shops[row.values["shop"]].id for row in rows}
    minute = timedelta(minutes=1)
    return bulk.at_shops(run.conn, table, shop_ids, column, min(times) - minute, max(times) + minute)


def require_shop(run: Run, sheet: Sheet, row: Row) -> None:
    """Reject a row that names a shop nobody knows."""
    code = row.values.get("shop")
    if code and code not in run.shops and not row.is_rejected:
        message = f"商铺底册里没有编号“{code}”。请先在商铺底册里补上这家，或改正编号。"
        run.complain(row, sheet, "shop", Level.ERROR, "unknown_shop", message, code)


def _need(run: Run, key: str, visit_id: str, text: str, visit: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": run.id_of("need", key),
        "shop_id": visit["shop_id"],
        "tenancy_id": visit["tenancy_id"],
        "visit_id": visit_id,
        "topic": topic_of(text),
        "text": text,
        "voiced_at": visit["happened_at"],
    }


def _change_need(run: Run, row: Row, text: str | None) -> None:
    stored = sorted(bulk.rows_by_ids(run.conn, "need", [row.id], "visit_id"), key=lambda n: n.id)
    if text and stored:
        run.write.change("need", [{"id": stored[0].id, "text": text, "topic": topic_of(text)}])
    elif text:
        visit = dict(bulk.rows_by_ids(run.conn, "visit", [row.id])[0]._mapping)
        need = _need(run, row.key, row.id, text, visit)
        shop = run.shops.get(row.values["shop"])
        run.write.add("need", [need])
        where = {"shop_id": visit["shop_id"], "location_id": shop.location_id if shop else None}
        run.write.events([events.Event("need", need["id"], visit["happened_at"], actor_id=visit["worker_id"], **where)])
    elif stored and not run.write.is_dry:
        events.forget(run.conn, [n.id for n in stored])
        bulk.remove(run.conn, "need", [n.id for n in stored])
