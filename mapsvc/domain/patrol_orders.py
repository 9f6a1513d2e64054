"""Who walks to which stops in which order, and how a hand changes that: each stop stays with one person at most."""

from collections.abc import Mapping, Sequence

from mapsvc.domain.patrol import Lock, Plan

Orders = dict[str, tuple[str, ...]]
"""Refs of the stops of each person, in walking order."""


def orders_of(plan: Plan) -> Orders:
    """Who walks to what in which order now."""
    return {route.worker: tuple(stop.ref for stop in route.stops) for route in plan.routes}


def whose(orders: Mapping[str, Sequence[str]], ref: str) -> str | None:
    """Who walks to `ref`; None: nobody."""
    return next((worker for worker, refs in orders.items() if ref in refs), None)


def without(orders: Mapping[str, Sequence[str]], ref: str) -> Orders:
    """The same, nobody walking to `ref`."""
    return {worker: tuple(other for other in refs if other != ref) for worker, refs in orders.items()}


def put(orders: Mapping[str, Sequence[str]], ref: str, worker: str, position: int) -> Orders:
    """The same, `ref` as stop number `position` (from 1) of `worker`; beyond the last it becomes the last."""
    left = without(orders, ref)
    refs = left[worker]
    at = min(max(position - 1, 0), len(refs))
    return left | {worker: (*refs[:at], ref, *refs[at:])}


def locked(locks: Sequence[Lock], ref: str, worker: str | None) -> tuple[Lock, ...]:
    """The locks with `ref` put to `worker`; None: to nobody in particular."""
    others = [lock for lock in locks if lock.ref != ref]
    return tuple(sorted([*others, *([Lock(ref, worker)] if worker else [])], key=lambda lock: lock.ref))
