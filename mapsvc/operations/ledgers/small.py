"""The smaller sheets: 咨询台账, 议事记录, 点位, 责任主体."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from mapsvc.domain.councils import CouncilState
from mapsvc.domain.ledger import Level, Values
from mapsvc.domain.register import Side
from mapsvc.domain.times import office_day
from mapsvc.ledger.rows import Row
from mapsvc.ledger.sheets import COUNCILS, ENQUIRIES, PLACES, REGISTER
from mapsvc.operations.ledgers import corrections
from mapsvc.operations.ledgers.context import PlaceRef, Run, utc, utc_text
from mapsvc.operations.ledgers.positions import location_changes, settle, stored_text
from mapsvc.operations.ledgers.visits import require_shop, stored_at_shops
from mapsvc.store import bulk, events, search

_ENQUIRY = ("channel", "topic", "text", "answer")
_COUNCIL = ("venue", "attendees", "survey", "root_cause", "claims", "agreement", "result")
_PLACE = ("name", "kind", "responsible_unit", "note")
_REGISTER = tuple(column.field for column in REGISTER.columns)


class Enquiries:
    """The noun of sheet 咨询台账."""

    sheet = ENQUIRIES

    def resolve(self, run: Run, rows: Sequence[Row]) -> None:
        """Find the shops, check the times."""
        run.know_shops(row.values.get("shop") for row in rows)
        for row in rows:
            require_shop(run, self.sheet, row)
            asked, answered = row.values.get("at"), row.values.get("answered_at")
            if asked and answered and answered < asked:
                message = "答复时间早于咨询时间。请核对两个时间。"
                run.complain(
                    row, self.sheet, "answered_at", Level.WARNING, "answered_before_asked", message, utc(answered)
                )

    def existing(self, run: Run, rows: Sequence[Row]) -> dict[str, str]:
        """Enquiries made in the app: the same shop, minute and topic; what was asked on a card's page is no file's."""
        codes = {ref.id: code for code, ref in run.shops.items()}
        keys = {}
        for stored in stored_at_shops(run, "enquiry", "asked_at", "at", rows):
            if stored.card_id is not None:
                continue
            values = {"shop": codes[stored.shop_id], "at": utc_text(stored.asked_at), "topic": stored.topic}
            keys[self.sheet.key_of(values)] = stored.id
        return {row.key: keys[row.key] for row in rows if row.key in keys}

    def add(self, run: Run, rows: Sequence[Row]) -> None:
        """Store enquiries."""
        made, told = [], []
        for row in rows:
            shop, at = run.shops[row.values["shop"]], utc(row.values["at"])
            assert at is not None
            where = {"shop_id": shop.id, "tenancy_id": shop.tenancy_on(office_day(at))}
            values = {name: row.values.get(name) for name in _ENQUIRY}
            made.append(
                {"id": row.id, **where, **values, "asked_at": at, "answered_at": utc(row.values.get("answered_at"))}
            )
            told.append(events.Event("enquiry", row.id, at, location_id=shop.location_id, **where))
        run.write.add("enquiry", made)
        run.write.events(told)

    def current(self, run: Run, wanted: Mapping[str, Values]) -> dict[str, Values]:
        """The enquiries' values now."""
        return {
            row.id: {name: getattr(row, name) for name in _ENQUIRY}
            | {"at": utc_text(row.asked_at), "shop": row.shop_code, "answered_at": utc_text(row.answered_at)}
            for row in bulk.enquiries_whole(run.conn, wanted)
        }

    def change(self, run: Run, changed: Sequence[tuple[Row, Values]]) -> None:
        """Write fields of enquiries."""
        for row, new in changed:
            values: dict[str, Any] = {name: new[name] for name in _ENQUIRY if name in new}
            values |= {column: utc(new[f]) for f, column in _ENQUIRY_TIMES if f in new}
            if values:
                run.write.change("enquiry", [{"id": row.id, **values}])

    def remove(self, conn: Connection, record_ids: Sequence[str]) -> set[str]:
        """Take enquiries out again; what somebody worked on since stays."""
        leaned_on = bulk.leaned_on(conn, "enquiry", record_ids)
        gone = [i for i in record_ids if i not in leaned_on]
        events.forget(conn, gone)
        bulk.remove(conn, "enquiry", gone)
        return leaned_on


_ENQUIRY_TIMES = (("at", "asked_at"), ("answered_at", "answered_at"))


class Councils:
    """The noun of sheet 议事记录."""

    sheet = COUNCILS

    def resolve(self, run: Run, rows: Sequence[Row]) -> None:
        """Find the issues."""
        run.know_issues(row.values.get("issue") for row in rows)
        for row in rows:
            number = row.values.get("issue")
            if number and number not in run.issues:
                message = f"问题台账里没有编号“{number}”。请先补上这个问题，或改正编号。"
                run.complain(row, self.sheet, "issue", Level.ERROR, "unknown_issue", message, number)

    def existing(self, run: Run, rows: Sequence[Row]) -> dict[str, str]:
        """Councils held in the app: the same issue and minute."""
        numbers = {ref.id: number for number, ref in run.issues.items()}
        about = {run.issues[row.values["issue"]].id for row in rows}
        keys = {}
        for stored in _held(bulk.rows_by_ids(run.conn, "council", about, "issue_id")):
            values = {"issue": numbers[stored.issue_id], "held_at": utc_text(stored.held_at)}
            keys[self.sheet.key_of(values)] = stored.id
        return {row.key: keys[row.key] for row in rows if row.key in keys}

    def add(self, run: Run, rows: Sequence[Row]) -> None:
        """Store councils."""
        made, told = [], []
        for row in rows:
            issue, at = run.issues[row.values["issue"]], utc(row.values["held_at"])
            assert at is not None
            values = {name: row.values.get(name) for name in _COUNCIL}
            fulfil_by = utc(row.values.get("fulfil_by"))
            ids = {"id": row.id, "case_id": issue.case_id, "issue_id": issue.id}
            made.append({**ids, "held_at": at, **values, "fulfil_by": fulfil_by})
            where = {"shop_id": issue.shop_id, "place_id": issue.place_id, "location_id": issue.location_id}
            told.append(events.Event("council", row.id, at, case_id=issue.case_id, **where))
        run.write.add("council", made)
        run.write.events(told)

    def current(self, run: Run, wanted: Mapping[str, Values]) -> dict[str, Values]:
        """The councils' values now."""
        return {
            row.id: {name: getattr(row, name) for name in _COUNCIL}
            | {"held_at": utc_text(row.held_at), "issue": row.number, "fulfil_by": utc_text(row.fulfil_by)}
            for row in _held(bulk.councils_whole(run.conn, wanted))
        }

    def change(self, run: Run, changed: Sequence[tuple[Row, Values]]) -> None:
        """Write fields of councils."""
        for row, new in changed:
            values: dict[str, Any] = {name: new[name] for name in _COUNCIL if name in new}
            values |= {name: utc(new[name]) for name in ("held_at", "fulfil_by") if name in new}
            if values:
                run.write.change("council", [{"id": row.id, **values}])

    def remove(self, conn: Connection, record_ids: Sequence[str]) -> set[str]:
        """Take councils out again."""
        events.forget(conn, record_ids)
        bulk.remove(conn, "council", record_ids)
        return set()


def _held(some: Iterable[Any]) -> list[Any]:
    """Those that took place: a meeting to come is no minutes yet."""
    return [row for row in some if row.state != CouncilState.PLANNED]


class Places:
    """The noun of sheet 点位."""

    sheet = PLACES

    def resolve(self, run: Run, rows: Sequence[Row]) -> None:
        """Place every spot: by its coordinate, else by the address in its name, else where it already is."""
        known = self._by_address(run, rows)
        for row in rows:
            name = row.values.get("name")
            if row.values.get("code") in known and name and not run.positions.knows(name):
                for raw in ("_lon", "_lat", "_datum"):
                    row.values.pop(raw, None)
                row.values["position"] = None
            else:
                settle(run, self.sheet, row, name, address_is_free=True)

    def _by_address(self, run: Run, rows: Sequence[Row]) -> set[str]:
        """Codes of rows without a coordinate whose place the app found by an address the form has no column for."""
        bare = [row for row in rows if row.values.get("_lon") is None and row.values.get("_lat") is None]
        ids = bulk.ids_by(run.conn, "place", "code", [row.values["code"] for row in bare if row.values.get("code")])
        stored = bulk.places_whole(run.conn, ids.values())
        return {place.code for place in stored if place.lon is not None and stored_text(place) is None}

    def existing(self, run: Run, rows: Sequence[Row]) -> dict[str, str]:
        """Places made in the app under the same code."""
        return bulk.ids_by(run.conn, "place", "code", [row.key for row in rows])

    def add(self, run: Run, rows: Sequence[Row]) -> None:
        """Store places with their locations."""
        locations, places = [], []
        for row in rows:
            location_id = run.id_of("location", self.sheet.name, row.key)
            locations.append({"id": location_id, "kind": "place", "address": row.values["name"], **row.extra.columns()})
            own = {name: row.values.get(name) for name in _PLACE}
            made = {"created_at": run.now, "updated_at": run.now}
            places.append({"id": row.id, "code": row.values["code"], "location_id": location_id, **own, **made})
            ref = PlaceRef(row.id, row.extra.lon, row.extra.lat, row.extra.error_m)
            run.add_place(row.values["code"], row.values["name"], ref)
        run.write.add("location", locations)
        run.write.add("place", places)
        run.write.index([_place_entry(row) for row in rows])

    def current(self, run: Run, wanted: Mapping[str, Values]) -> dict[str, Values]:
        """The places' values now."""
        return {
            row.id: {name: getattr(row, name) for name in (*_PLACE, "code")} | {"position": stored_text(row)}
            for row in bulk.places_whole(run.conn, wanted)
        }

    def change(self, run: Run, changed: Sequence[tuple[Row, Values]]) -> None:
        """Write fields of places; the change goes into the history."""
        known = {r.id: r for r in bulk.places_whole(run.conn, [row.id for row, _ in changed])}
        for row, new in changed:
            own = {name: new[name] for name in _PLACE if name in new}
            run.write.change("place", [{"id": row.id, **own, "updated_at": run.now}])
            if {"name", "position"} & new.keys():
                row.values["address"] = row.values["name"]
                where = {"id": known[row.id].location_id, **location_changes(run, row, new)}
                run.write.change("location", [where])
                del row.values["address"]
        run.write.index([_place_entry(row) for row, _ in changed])
        run.write.raise_version("place", [row.id for row, _ in changed])
        where_of = {row.id: (known[row.id].location_id, None) for row, _ in changed}
        corrections.write(run, changed, "place", where_of, frozenset())

    def remove(self, conn: Connection, record_ids: Sequence[str]) -> set[str]:
        """Take places out again."""
        leaned_on = bulk.leaned_on(conn, "place", record_ids)
        gone = [i for i in record_ids if i not in leaned_on]
        whole = bulk.rows_by_ids(conn, "place", gone)
        fixed = [r.id for r in bulk.rows_by_ids(conn, "correction", gone, "place_id")]
        events.forget(conn, fixed)
        bulk.remove(conn, "correction", fixed)
        bulk.remove(conn, "place", gone)
        bulk.remove(conn, "location", [r.location_id for r in whole])
        search.remove(conn, "place", gone)
        return leaned_on


def _place_entry(row: Row) -> search.Entry:
    return search.Entry("place", row.id, row.values["name"], row.values.get("kind") or "", row.values["code"])


class Register:
    """The noun of sheet 责任主体."""

    sheet = REGISTER

    def resolve(self, run: Run, rows: Sequence[Row]) -> None:
        """Check the numbers; without 单双号 an entry speaks of both sides."""
        for row in rows:
            first, last = row.values.get("number_from"), row.values.get("number_to")
            if first is not None and last is not None and first > last:
                message = f"起号 {first} 大于止号 {last}。请改正。"
                run.complain(row, self.sheet, "number_from", Level.ERROR, "reversed_range", message, first)
            row.values["side"] = row.values.get("side") or Side.BOTH.value

    def existing(self, run: Run, rows: Sequence[Row]) -> dict[str, str]:
        """Entries made in the app: the same street, numbers and side."""
        streets = {row.values["street"] for row in rows}
        stored = bulk.rows_by_ids(run.conn, "register_entry", streets, "street")
        keys = {self.sheet.key_of({name: getattr(r, name) for name in self.sheet.key}): r.id for r in stored}
        return {row.key: keys[row.key] for row in rows if row.key in keys}

    def add(self, run: Run, rows: Sequence[Row]) -> None:
        """Store entries."""
        made = [{"id": row.id, **{n: row.values.get(n) for n in _REGISTER}, "updated_at": run.now} for row in rows]
        run.write.add("register_entry", made)

    def current(self, run: Run, wanted: Mapping[str, Values]) -> dict[str, Values]:
        """The entries' values now."""
        stored = bulk.register_whole(run.conn, wanted)
        return {row.id: {name: getattr(row, name) for name in _REGISTER} for row in stored}

    def change(self, run: Run, changed: Sequence[tuple[Row, Values]]) -> None:
        """Write fields of entries."""
        for row, new in changed:
            run.write.change("register_entry", [{"id": row.id, **new, "updated_at": run.now}])
        run.write.raise_version("register_entry", [row.id for row, _ in changed])

    def remove(self, conn: Connection, record_ids: Sequence[str]) -> set[str]:
        """Take entries out again."""
        bulk.remove(conn, "register_entry", record_ids)
        return set()
