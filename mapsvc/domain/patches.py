"""Patches 责任片区: one worker's polygon, in a version that holds from a day on."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class PatchVersion:
    """A whole division of the block; holds from `valid_from` until the next one."""

    id: str
    valid_from: date
    source: str
    is_illustrative: bool


@dataclass(frozen=True)
class Patch:
    """One worker's area; `area` is WKB, WGS-84."""

    id: str
    version_id: str
    code: str
    name: str
    area: bytes
    worker_id: str | None = None
    worker: str | None = None
