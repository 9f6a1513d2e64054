"""治理样板 and their runs in the store."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from mapsvc.domain.playbook_files import as_told, content_from
from mapsvc.domain.playbooks import Playbook, Run
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import effect_check, playbook, playbook_run, task

_RUN = (
    "id", "playbook_id", "started_at", "case_id", "place_id", "shop_id", "location_id", "started_by", "ended_at",
    "outcome",
)  # fmt: skip


def from_row(row: Row[Any]) -> Playbook:
    """A version from a row of table playbook."""
    kept = (row.version, row.id, row.made_by, row.made_at, row.retired_at, bool(row.from_file))
    return Playbook(content_from(row.body), *kept)


def add(conn: Connection, new: Playbook) -> None:
    """Store a new version."""
    body = as_told(new.content, new.content.results)
    conn.execute(
        insert(playbook).values(
            id=new.id, code=new.code, version=new.version, name=new.name, body=body, note=new.content.note or None,
            made_by=new.made_by, made_at=new.made_at, retired_at=new.retired_at, from_file=new.from_file,
        )
    )  # fmt: skip


def newest(conn: Connection) -> dict[str, Playbook]:
    """The newest stored version of each, by code."""
    last = select(playbook.c.code, func.max(playbook.c.version).label("version")).group_by(playbook.c.code).subquery()
    ask = select(playbook).join(last, (last.c.code == playbook.c.code) & (last.c.version == playbook.c.version))
    return {row.code: from_row(row) for row in conn.execute(ask.order_by(playbook.c.code))}


def versions(conn: Connection, code: str) -> list[Playbook]:
    """All stored versions of one, the newest first."""
    ask = select(playbook).where(playbook.c.code == code).order_by(playbook.c.version.desc())
    return [from_row(row) for row in conn.execute(ask)]


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Playbook]:
    """Versions by id; unknown ids are left out."""
    return {row.id: from_row(row) for row in rows_by_ids(conn, playbook, ids)}


def retire(conn: Connection, playbook_id: str, at: datetime | None) -> None:
    """Put a version away, or (None) take it out again."""
    conn.execute(update(playbook).where(playbook.c.id == playbook_id).values(retired_at=at))


def add_run(conn: Connection, new: Run) -> None:
    """Store a run."""
    values = asdict(new) | {"left_out": list(new.left_out) or None}
    conn.execute(insert(playbook_run).values(**values))


def end_run(conn: Connection, run_id: str, at: datetime | None, outcome: str | None) -> None:
    """Write when a run ended and with which words; None: it goes on after all."""
    conn.execute(update(playbook_run).where(playbook_run.c.id == run_id).values(ended_at=at, outcome=outcome))


def run_by_id(conn: Connection, run_id: str) -> Run | None:
    """The run with this id."""
    return runs_by_ids(conn, [run_id]).get(run_id)


def runs_by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Run]:
    """Runs by id; unknown ids are left out."""
    return {row.id: _run(row) for row in rows_by_ids(conn, playbook_run, ids)}


def runs_of(conn: Connection, *, case_id: str | None = None, place_id: str | None = None) -> list[Run]:
    """Runs on a case or a place, the latest first."""
    ask = select(playbook_run)
    if case_id is not None:
        ask = ask.where(playbook_run.c.case_id == case_id)
    if place_id is not None:
        ask = ask.where(playbook_run.c.place_id == place_id)
    return _runs(conn, ask)


def runs_of_code(conn: Connection, code: str) -> list[Run]:
    """Runs of all versions of one, the latest first."""
    return _runs(conn, select(playbook_run).join(playbook).where(playbook.c.code == code))


def steps_done(conn: Connection, run_ids: Iterable[str]) -> dict[str, tuple[int, int]]:
    """By run: how many of its steps were done at least once, and how many it has."""
    wanted = sorted(set(run_ids))
    done = func.max(task.c.done_at)
    ask = (
        select(task.c.run_id, task.c.step_no, done.label("done"))
        .where(task.c.run_id.in_(wanted), task.c.step_no.is_not(None))
        .group_by(task.c.run_id, task.c.step_no)
    )
    found: dict[str, tuple[int, int]] = {}
    for row in conn.execute(ask):
        had = found.get(row.run_id, (0, 0))
        found[row.run_id] = (had[0] + (row.done is not None), had[1] + 1)
    return found


def last_effects(conn: Connection, run_ids: Iterable[str]) -> dict[str, str]:
    """By run: what the last look at it found."""
    wanted = sorted(set(run_ids))
    ask = (
        select(effect_check.c.run_id, effect_check.c.result)
        .where(effect_check.c.run_id.in_(wanted))
        .order_by(effect_check.c.at, effect_check.c.id)
    )
    return {row.run_id: row.result for row in conn.execute(ask)}


def _runs(conn: Connection, ask: Select[Any]) -> list[Run]:
    ordered = ask.order_by(playbook_run.c.started_at.desc(), playbook_run.c.id)
    return [_run(row) for row in conn.execute(ordered.with_only_columns(*playbook_run.c))]


def _run(row: Row[Any]) -> Run:
    return Run(**{name: getattr(row, name) for name in _RUN}, left_out=tuple(row.left_out or ()))
