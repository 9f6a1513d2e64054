"""What the runner does by itself: publishing after changes, checkpoints, the daily clearing up."""

import os
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import func, select

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.issues import IssueSource
from mapsvc.domain.jobs import JobState
from mapsvc.jobs import child, upkeep
from mapsvc.jobs.kinds import KINDS
from mapsvc.jobs.upkeep import Upkeep
from mapsvc.maps.publish import publish
from mapsvc.operations import jobs, retention
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.workspace import Workspace
from mapsvc.store import jobs as store
from mapsvc.store import settings as settings_store
from mapsvc.store import tables as t
from tests.store.office import furnish
from tests.support.street import build, uid


def queued(ws: Workspace, kind: str) -> list[str]:
    with ws.read() as conn:
        return [job.id for job in store.recent(conn, kind=kind) if job.state is JobState.QUEUED]


def do_all(ws: Workspace, kind: str) -> None:
    """As if the runner had done them."""
    if kind == "publish":
        publish(ws)
    with ws.write() as conn:
        for job in store.recent(conn, kind=kind):
            store.finish(conn, job.id, JobState.DONE, ws.clock())


def test_changes_are_published_once_and_only_then(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "QUIET_S", 0.0)
    minding = Upkeep(workspace)
    minding.step()
    minding.step()
    assert len(queued(workspace, "publish")) == 1
    do_all(workspace, "publish")
    minding.step()
    Upkeep(workspace).step()
    assert queued(workspace, "publish") == []
    with workspace.write() as conn:
        furnish(conn)
    minding.step()
    assert len(queued(workspace, "publish")) == 1
    do_all(workspace, "publish")
    minding.step()
    assert queued(workspace, "publish") == []


def test_a_copy_that_was_deleted_is_made_anew(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "QUIET_S", 0.0)
    publish(workspace).file.unlink()
    Upkeep(workspace).step()
    assert len(queued(workspace, "publish")) == 1


def test_while_things_change_publishing_waits(workspace: Workspace) -> None:
    Upkeep(workspace).step()
    assert queued(workspace, "publish") == []


def test_a_long_write_log_is_folded_in(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "CHECKPOINT_EVERY_S", 0.0)
    monkeypatch.setattr(upkeep, "LONG_LOG_BYTES", 0)
    minding = Upkeep(workspace)
    minding.step()
    with workspace.write() as conn:
        settings_store.put(conn, "a", "b", workspace.clock())
    minding.step()
    assert workspace.database.wal_bytes() == 0


def test_the_office_s_day_is_cleared_up_once(workspace: Workspace) -> None:
    minding = Upkeep(workspace)
    minding.step()
    do_all(workspace, "retention")
    minding.step()
    assert queued(workspace, "retention") == []
    workspace.clock.advance(days=1)  # type: ignore[attr-defined]
    minding.step()
    assert len(queued(workspace, "retention")) == 1


def test_warnings_are_looked_for_once_a_day_where_there_are_reports(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mapsvc.operations.detectors.DETECTORS", ())
    Upkeep(workspace).step()
    assert queued(workspace, "alerts") == []
    people = build(workspace)
    report_issue(workspace, people.chen, NewIssue(uid("i"), "06010", "一堆", IssueSource.PATROL, place="PD0001"))
    Upkeep(workspace).step()
    (job_id,) = queued(workspace, "alerts")
    with workspace.read() as conn:
        job = store.by_id(conn, job_id)
    assert job is not None
    child.perform(workspace, job, KINDS["alerts"])
    with workspace.read() as conn:
        done = store.by_id(conn, job_id)
    assert done is not None and done.result == {"until": "2026-11-22", "tested": 0, "found": 0, "shown": 0}
    Upkeep(workspace).step()
    assert queued(workspace, "alerts") == []


def test_before_images_go_after_their_time_and_the_counts_stay(workspace: Workspace) -> None:
    now = workspace.clock()
    with workspace.write() as conn:
        for name, days in (("old", workspace.settings.undo_days + 1), ("young", 1)):
            at = now - timedelta(days=days)
            batch = {"file_name": "a.xlsx", "file_sha256": "0" * 64, "state": "done", "counts": {"n": 1}, "at": at}
            conn.execute(t.import_batch.insert().values(id=name, **batch))
            change = {"sheet": "商铺底册", "key": "LT0001", "record_id": "s", "change": "update", "before": {"a": 1}}
            conn.execute(t.import_change.insert().values(batch_id=name, **change))
            problem = {"sheet": "商铺底册", "level": "error", "code": "x", "message": "m", "row_values": {"电话": "1"}}
            conn.execute(t.import_problem.insert().values(batch_id=name, **problem))
    assert retention.clear_up(workspace)["before_images"] == 1
    with workspace.read() as conn:
        assert conn.execute(select(t.import_change.c.batch_id)).scalars().all() == ["young"]
        kept = select(t.import_problem.c.batch_id).where(t.import_problem.c.row_values.is_not(None))
        assert conn.execute(kept).scalars().all() == ["young"]
        assert conn.execute(select(func.count()).select_from(t.import_batch)).scalar() == 2


def test_ended_jobs_go_after_a_month(workspace: Workspace) -> None:
    job = jobs.enqueue(workspace, SYSTEM, "publish")
    jobs.cancel(workspace, SYSTEM, job.id)
    workspace.clock.advance(days=29)  # type: ignore[attr-defined]
    assert retention.clear_up(workspace)["jobs"] == 0
    workspace.clock.advance(days=2)  # type: ignore[attr-defined]
    assert retention.clear_up(workspace)["jobs"] == 1


def test_photos_nobody_points_to_are_swept_but_not_those_just_written(workspace: Workspace) -> None:
    def put(content: bytes, hours_old: float) -> Path:
        name = sha256(content).hexdigest()
        file = workspace.folder / "photos" / name[:2] / f"{name}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        at = workspace.clock().timestamp() - hours_old * 3600
        os.utime(file, (at, at))
        return file

    used, orphan, fresh = put(b"used", 99), put(b"orphan", 99), put(b"fresh", 1)
    with workspace.write() as conn:
        sizes = {"width_px": 1, "height_px": 1, "taken_at": workspace.clock()}
        conn.execute(t.photo.insert().values(id="ph", sha256=used.stem, **sizes))
    assert retention.clear_up(workspace)["photos"] == 1
    assert (used.exists(), orphan.exists(), fresh.exists()) == (True, False, True)


def test_the_last_backup_of_each_of_the_latest_days_stays(workspace: Workspace) -> None:
    folder = workspace.folder / "backups"
    folder.mkdir()
    old = [f"mapsvc-202611{day:02d}-{hour}00.zip" for day in range(1, 23) for hour in ("08", "17")]
    for name in [*old, "mapsvc-20261123-0100.zip", "自己留的.zip", "mapsvc-before-move.zip"]:
        (folder / name).write_bytes(b"")
    job = jobs.enqueue(workspace, SYSTEM, "backup")
    child.perform(workspace, jobs.get(workspace, SYSTEM, job.id), KINDS["backup"])
    done = jobs.get(workspace, SYSTEM, job.id)
    assert done.state is JobState.DONE and done.result is not None
    assert done.result["removed"] == len(old) - 13
    last = [f"mapsvc-202611{day:02d}-1700.zip" for day in range(10, 23)]
    today = ["mapsvc-20261123-0100.zip", "mapsvc-20261123-0900.zip"]
    assert {file.name for file in folder.iterdir()} == {*last, *today, "自己留的.zip", "mapsvc-before-move.zip"}
