"""Reads patrol plans back from what was kept of them, older ones too; names what one was computed from."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from mapsvc.domain.patrol import (
    Candidate,
    Lock,
    LonLat,
    Plan,
    PlanRequest,
    Reason,
    Route,
    Shift,
    Skipped,
    Special,
    Stop,
)


def plan_from_json(document: Mapping[str, Any]) -> Plan:
    """Read back what `Plan.to_json` wrote; what an older plan did not have is as if never asked for."""
    return Plan(
        document["id"],
        date.fromisoformat(document["date"]),
        Shift(document["shift"]),
        document["minutes"],
        tuple(_route(route) for route in document["routes"]),
        tuple(_skipped(skipped) for skipped in document["skipped"]),
        document["seed"],
        document["version"],
        document["input_hash"],
        document["method"],
        tuple(document["notes"]),
        _lonlat(document.get("start")),
        tuple(document.get("must", ())),
        tuple(Lock(**lock) for lock in document.get("locks", ())),
        tuple(Special(**special | _ends(special)) for special in document.get("specials", ())),
        tuple(document.get("rounds", ())),
        tuple(document.get("leave_out", ())),
    )


def _route(document: Mapping[str, Any]) -> Route:
    line = _points(document["geometry"]["coordinates"])
    told = {"stops": tuple(map(_stop, document["stops"])), "geometry": line}
    words = {name: tuple(document.get(name, ())) for name in ("home", "notes")}
    return Route(**_known(Route, document) | told | words | _ends(document))


def _stop(document: Mapping[str, Any]) -> Stop:
    return Stop(**_known(Stop, document) | _place(document) | {"way": tuple(document.get("way", ()))})


def _skipped(document: Mapping[str, Any]) -> Skipped:
    return Skipped(**_known(Skipped, document) | _place(document))


def _place(document: Mapping[str, Any]) -> dict[str, Any]:
    """What stops and skipped ones have in common, lists made tuples."""
    return {
        "reasons": tuple(Reason(**reason) for reason in document.get("reasons", ())),
        "also": tuple(document.get("also", ())),
        "windows": tuple((begin, end) for begin, end in document.get("windows", ())),
        "stretch": _points(document.get("stretch", ())),
    }


def _known(kind: type, document: Mapping[str, Any]) -> dict[str, Any]:
    """Fields this version knows: a newer one may have written more."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in document.items() if name in names}


def _ends(document: Mapping[str, Any]) -> dict[str, LonLat | None]:
    return {name: _lonlat(document.get(name)) for name in ("start", "end")}


def _points(pairs: Sequence[Sequence[float]]) -> tuple[LonLat, ...]:
    return tuple((lon, lat) for lon, lat in pairs)


def _lonlat(pair: Sequence[float] | None) -> LonLat | None:
    return (pair[0], pair[1]) if pair else None


def input_hash(request: PlanRequest, candidates: tuple[Candidate, ...], network: str) -> str:
    """SHA-256 over everything a plan is computed from; equal input, equal plan.

    Parameters
    ----------
    network : str
        Digest of the walking network.
    """
    document = {"request": asdict(request), "candidates": [asdict(c) for c in candidates], "network": network}
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
