"""What an office's file changed at a shop or a place, for the history."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from mapsvc.domain.ledger import Values
from mapsvc.ledger.rows import Row
from mapsvc.operations.ledgers.context import Run
from mapsvc.store import events

# What the history calls these fields.
NAMES = {"merchant": "merchant_name", "phone": "merchant_phone"}


def write(
    run: Run,
    changed: Sequence[tuple[Row, Values]],
    noun: str,
    where: Mapping[str, tuple[str, str | None]],
    personal: frozenset[str],
) -> None:
    """Write one correction per record with its event.

    Parameters
    ----------
    changed : sequence of (row, changed values)
        `row.extra` holds the values before, where they are known.
    noun : {"shop", "place"}
    where : mapping
        Record id -> (location id, tenancy id).
    personal : set
        Fields of which only the name is kept.
    """
    rows: list[dict[str, Any]] = []
    told: list[events.Event] = []
    for row, new in changed:
        before = row.extra if isinstance(row.extra, dict) else {}
        fields = [_field(name, before.get(name), value, personal) for name, value in sorted(new.items())]
        correction_id = str(uuid4())
        owner = {"shop_id": None, "place_id": None} | {f"{noun}_id": row.id}
        rows.append({"id": correction_id, **owner, "changes": fields, "at": run.now})
        location_id, tenancy_id = where[row.id]
        told.append(
            events.Event(
                "correction",
                correction_id,
                run.now,
                **owner,
                location_id=location_id,
                tenancy_id=tenancy_id,
                actor_id=run.actor.person_id,
            )
        )
    run.write.add("correction", rows)
    run.write.events(told)


def _field(name: str, before: Any, after: Any, personal: frozenset[str]) -> dict[str, Any]:
    told = {"field": NAMES.get(name, name)}
    return told if name in personal or name == "position" else told | {"before": before, "after": after}
