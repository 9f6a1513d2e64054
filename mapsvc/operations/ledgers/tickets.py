"""12345工单: tickets of the hotline with their two clocks, where they are and what was known before."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from mapsvc.domain import tickets as rules
from mapsvc.domain.ledger import Level, Values
from mapsvc.domain.places import LocationKind
from mapsvc.domain.tickets import Request, TicketState
from mapsvc.ledger.rows import Row
from mapsvc.ledger.sheets import TICKETS
from mapsvc.operations.ledgers.context import Run, utc, utc_text
from mapsvc.operations.ledgers.positions import spot_of
from mapsvc.operations.ticket_known import settle_known
from mapsvc.operations.ticket_places import Spot, find_spot, tenancy_at
from mapsvc.store import bulk, events, tickets

_PLAIN = ("request", "text", "address", "unit")
_CLOCKS = frozenset({"called_at", "limit_days", "request", "first_contact_due_at"})


class Tickets:
    """The noun of sheet 12345工单."""

    sheet = TICKETS

    def resolve(self, run: Run, rows: Sequence[Row]) -> None:
        """Check the times and the limit; read the kind; find the spot."""
        for row in rows:
            self._check(run, row)
            spot = find_spot(run.conn, run.positions.gazetteer, row.values.get("address"))
            kind = rules.kind_in(row.values.get("text") or "")
            row.extra = (spot, kind)
            if not row.is_rejected:
                self._say(run, row, spot, kind)

    def _check(self, run: Run, row: Row) -> None:
        values = row.values
        called, contact, days = (values.get(n) for n in ("called_at", "first_contact_due_at", "limit_days"))
        if called and contact and contact < called:
            message = "先行联系时限早于来电时间，先按一个工作日算。请核对两个时间。"
            at = utc(contact)
            run.complain(row, self.sheet, "first_contact_due_at", Level.WARNING, "contact_before_call", message, at)
            values["first_contact_due_at"] = None
        if days is not None and not 1 <= days <= rules.MOST_LIMIT_DAYS:
            message = f"办理时限{days}个工作日超出范围，先按诉求类型算。请填 1、3、5 或 15。"
            run.complain(row, self.sheet, "limit_days", Level.WARNING, "bad_limit", message, days)
            values["limit_days"] = None

    def _say(self, run: Run, row: Row, spot: Spot, kind: str | None) -> None:
        address = row.values.get("address")
        if not spot.is_known:
            told = f"“{address}”看不出在哪里" if address else "没有发生地址"
            message = f"{told}，工单照样收下了。请在工单页上选商铺或点位。"
            run.complain(row, self.sheet, "address", Level.WARNING, "no_spot", message, address)
        if kind is None:
            message = "从诉求内容看不出是哪类问题，工单照样收下了。请在工单页上选类别。"
            run.complain(row, self.sheet, "text", Level.NOTE, "no_kind", message, row.values.get("text"))

    def existing(self, run: Run, rows: Sequence[Row]) -> dict[str, str]:
        """Tickets with these numbers that no file spoke of."""
        return bulk.ids_by(run.conn, "ticket", "number", [row.key for row in rows])

    def add(self, run: Run, rows: Sequence[Row]) -> None:
        """Store tickets, points of those at no shop or place, history; look what was known before the calls."""
        made, points, told = [], [], []
        for row in rows:
            values = self._new(run, row)
            spot: Spot = row.extra[0]
            if spot.located is not None:
                points.append(_point(values["location_id"], row.values.get("address"), spot))
            made.append(values)
            told += _told(run.conn, values)
        run.write.add("location", points)
        run.write.add("ticket", made)
        run.write.events(told)
        if not run.write.is_dry:
            settle_known(run.conn, [values["id"] for values in made])

    def _new(self, run: Run, row: Row) -> dict[str, Any]:
        values, (spot, kind) = row.values, row.extra
        called_at = utc(values["called_at"])
        state = TicketState(values.get("state") or TicketState.TO_SIGN)
        clocks = _clocks(run, values)
        made: dict[str, Any] = {name: values.get(name) for name in _PLAIN}
        return made | clocks | {
            "id": row.id,
            "number": values["number"],
            "called_at": called_at,
            "kind": kind,
            "shop_id": spot.shop_id,
            "place_id": spot.place_id,
            "location_id": spot.location_id or (self._point_id(run, row) if spot.located else None),
            "state": state.value,
            "imported_state": values.get("state"),
            "is_repeat": bool(values.get("is_repeat")),
            "is_imported": rules.is_history(state, clocks["due_at"], run.now),
            "received_at": run.now,
        }  # fmt: skip

    def _point_id(self, run: Run, row: Row) -> str:
        return run.id_of("location", self.sheet.name, row.key, row.values.get("address") or "")

    def current(self, run: Run, wanted: Mapping[str, Values]) -> dict[str, Values]:
        """The tickets' values now; times and limits by rule count as none where the file sets none."""
        found = {}
        for one in tickets.by_ids(run.conn, wanted).values():
            base = wanted[one.id]
            by_rule = _clocks(run, {"called_at": utc_text(one.called_at), "request": one.request})
            contact, days = utc_text(one.first_contact_due_at), one.limit_days
            if base.get("first_contact_due_at") is None and one.first_contact_due_at == by_rule["first_contact_due_at"]:
                contact = None
            if base.get("limit_days") is None and days == by_rule["limit_days"]:
                days = None
            found[one.id] = {
                "number": one.number,
                "called_at": utc_text(one.called_at),
                "request": one.request.value if one.request else None,
                "text": one.text,
                "address": one.address,
                "first_contact_due_at": contact,
                "limit_days": days,
                "unit": one.unit,
                "state": _state_for(base, one.state.value),
                "is_repeat": one.is_repeat if one.is_repeat or base.get("is_repeat") is not None else None,
            }
        return found

    def change(self, run: Run, changed: Sequence[tuple[Row, Values]]) -> None:
        """Write fields of tickets; the answer, contacts and decisions made in the app are never touched."""
        known = tickets.by_ids(run.conn, [row.id for row, _ in changed])
        for row, new in changed:
            one = known[row.id]
            values: dict[str, Any] = {name: new[name] for name in _PLAIN if name in new}
            if "is_repeat" in new:
                values["is_repeat"] = bool(new["is_repeat"])
            if _CLOCKS & new.keys():
                values |= _clocks(run, row.values) | {"called_at": utc(row.values["called_at"])}
                if one.is_second:
                    values.pop("due_at")
            if {"address", "text"} & new.keys():
                values |= self._spot_again(run, row, new)
            if "state" in new:
                values |= self._state_again(run, one, new["state"])
            run.write.change("ticket", [{"id": row.id, **values}])
        run.write.raise_version("ticket", known)
        if not run.write.is_dry:
            settle_known(run.conn, known)

    def _spot_again(self, run: Run, row: Row, new: Values) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if "text" in new and (kind := rules.kind_in(new["text"] or "")):
            values["kind"] = kind
        if "address" in new:
            spot = find_spot(run.conn, run.positions.gazetteer, new["address"])
            if spot.is_known:
                location_id = spot.location_id or self._point_id(run, row)
                if spot.located is not None and not bulk.rows_by_ids(run.conn, "location", [location_id]):
                    run.write.add("location", [_point(location_id, new["address"], spot)])
                values |= {"shop_id": spot.shop_id, "place_id": spot.place_id, "location_id": location_id}
        return values

    def _state_again(self, run: Run, one: rules.Ticket, told: str | None) -> dict[str, Any]:
        state = TicketState(told or TicketState.TO_SIGN)
        values: dict[str, Any] = {"state": state.value, "imported_state": told}
        if state is TicketState.ANSWERED and one.answered_at is None:
            values["answered_at"] = run.now
        if state is TicketState.RETURNED and one.returned_at is None:
            values["returned_at"] = run.now
        if state in (TicketState.ANSWERED, TicketState.RETURNED):
            where = {n: getattr(one, n) for n in ("shop_id", "place_id", "location_id", "case_id")}
            run.write.events([events.Event("ticket", one.id, run.now, **where)])
        return values

    def remove(self, conn: Connection, record_ids: Sequence[str]) -> set[str]:
        """Take tickets out again with their points; those that were worked on stay."""
        leaned_on = bulk.leaned_on(conn, "ticket", record_ids)
        whole = tickets.by_ids(conn, record_ids)
        leaned_on |= {i for i, one in whole.items() if one.case_id or one.answer or one.first_contact_at}
        leaned_on |= {one.duplicate_of for one in whole.values() if one.duplicate_of}
        gone = [i for i in whole if i not in leaned_on]
        points = [one.location_id for one in whole.values() if one.id in gone and not (one.shop_id or one.place_id)]
        events.forget(conn, gone)
        bulk.remove(conn, "ticket", gone)
        bulk.remove(conn, "location", [p for p in points if p])
        return leaned_on


def _state_for(base: Values, state: str) -> str | None:
    """The app's state as a file says it: an empty cell is 待签收."""
    return None if base.get("state") is None and state == TicketState.TO_SIGN else state


def _clocks(run: Run, values: Mapping[str, Any]) -> dict[str, Any]:
    """Both deadlines: what the file says itself wins over the rules."""
    called_at = utc(values["called_at"])
    assert called_at is not None
    request = Request(values["request"]) if values.get("request") else None
    days = values.get("limit_days") or rules.limit_days_of(request)
    contact = utc(values.get("first_contact_due_at"))
    return {
        "limit_days": days,
        "first_contact_due_at": contact or rules.first_contact_due(called_at, run.is_working),
        "due_at": rules.days_after(called_at, days, run.is_working),
    }


def _point(location_id: str, address: str | None, spot: Spot) -> dict[str, Any]:
    assert spot.located is not None
    return {
        "id": location_id,
        "kind": LocationKind.POINT.value,
        "address": address,
        **spot_of(spot.located).columns(),
    }


def _told(conn: Connection, values: Mapping[str, Any]) -> list[events.Event]:
    where = {name: values[name] for name in ("shop_id", "place_id", "location_id")}
    tenancy_id = tenancy_at(conn, values["shop_id"], values["called_at"])
    return [events.Event("ticket", values["id"], values["called_at"], tenancy_id=tenancy_id, **where)]
