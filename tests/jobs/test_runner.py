"""The runner in real processes: work is done once, told about, tried again, stopped, and survives being killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from mapsvc.config import Settings
from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.domain.jobs import Job, JobState
from mapsvc.errors import Forbidden, NotFound
from mapsvc.jobs.runner import Runner
from mapsvc.jobs.singleton import Singleton
from mapsvc.operations import jobs
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit
from mapsvc.store import settings as settings_store
from tests.jobs import works

PATIENCE_S = 60
PROGRAM = "from tests.jobs import works; works.register_all(); from mapsvc.jobs.runner import main; main()"


@pytest.fixture(autouse=True)
def known() -> None:
    works.register_all()


@pytest.fixture
def runner(workspace: Workspace, settings: Settings) -> Runner:
    return Runner(workspace, settings)


def runs(ws: Workspace, name: str) -> int:
    with ws.read() as conn:
        return int(settings_store.get(conn, name, "0"))


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def state_of(ws: Workspace, job: Job) -> JobState:
    return jobs.get(ws, SYSTEM, job.id).state


def test_a_job_is_done_once_on_behalf_of_who_asked(runner: Runner) -> None:
    job = jobs.enqueue(runner.ws, SYSTEM, "echo", {"say": "你好"})
    assert runner.step()
    done = jobs.get(runner.ws, SYSTEM, job.id)
    assert (done.state, done.progress, done.attempts) == (JobState.DONE, 100, 1)
    assert done.result == {"said": "你好", "by": "系统", "runs": 1}
    assert not runner.step()
    with runner.ws.read() as conn:
        assert audit.verify(conn).is_whole


def test_a_refusal_is_told_in_its_own_words_and_not_tried_again(runner: Runner) -> None:
    job = jobs.enqueue(runner.ws, SYSTEM, "refuse")
    runner.step()
    failed = jobs.get(runner.ws, SYSTEM, job.id)
    assert (failed.state, failed.message) == (JobState.FAILED, "表头缺少“商铺编号”这一列。")
    assert failed.result == {"code": "missing_column"}
    assert runs(runner.ws, "refuse") == 1


def test_a_stumble_is_tried_again(runner: Runner) -> None:
    job = jobs.enqueue(runner.ws, SYSTEM, "stumble")
    runner.step()
    assert state_of(runner.ws, job) is JobState.QUEUED
    runner.ws.clock.advance(minutes=1)  # type: ignore[attr-defined]
    # The job's own process has the machine's clock, which put the second attempt a moment ahead of it.
    runner.ws.clock.set(max(runner.ws.clock(), jobs.get(runner.ws, SYSTEM, job.id).run_at))  # type: ignore[attr-defined]
    assert runner.step()
    assert state_of(runner.ws, job) is JobState.DONE
    assert runs(runner.ws, "stumble") == 2


def test_a_job_that_kills_its_process_is_given_up_after_its_attempts(runner: Runner) -> None:
    job = jobs.enqueue(runner.ws, SYSTEM, "die")
    runner.step()
    assert state_of(runner.ws, job) is JobState.QUEUED
    runner.step()
    given_up = jobs.get(runner.ws, SYSTEM, job.id)
    assert given_up.state is JobState.FAILED
    assert "2 次" in (given_up.message or "")
    assert runs(runner.ws, "die") == 2


def test_an_unknown_kind_is_refused_and_holds_up_nobody(runner: Runner) -> None:
    strange = jobs.enqueue(runner.ws, SYSTEM, "telepathy")
    known = jobs.enqueue(runner.ws, SYSTEM, "echo", {"say": ""})
    assert runner.step()
    assert runner.step()
    assert state_of(runner.ws, strange) is JobState.FAILED
    assert state_of(runner.ws, known) is JobState.DONE


def test_a_queued_job_can_be_cancelled(runner: Runner) -> None:
    job = jobs.enqueue(runner.ws, SYSTEM, "echo", {"say": ""})
    assert jobs.cancel(runner.ws, SYSTEM, job.id).state is JobState.CANCELLED
    assert not runner.step()


def test_what_a_dead_runner_left_is_begun_again(runner: Runner, settings: Settings) -> None:
    job = jobs.enqueue(runner.ws, SYSTEM, "echo", {"say": ""})
    other = Runner(runner.ws, settings)
    other.name = "elsewhere:1"
    now = runner.ws.clock()
    from mapsvc.store import jobs as store

    with runner.ws.write() as conn:
        assert store.claim(conn, other.name, now, now + timedelta(minutes=2))
    assert not runner.step()
    runner.recover()
    assert runner.step()
    assert state_of(runner.ws, job) is JobState.DONE


def test_only_one_runner_works(workspace: Workspace) -> None:
    with Singleton(workspace.database) as one:
        assert one.take()
        with Singleton(workspace.database) as other:
            assert not other.take()
    with Singleton(workspace.database) as other:
        assert other.take()


def test_who_may_not_import_may_not_have_it_done(workspace: Workspace) -> None:
    with pytest.raises(Forbidden):
        jobs.enqueue(workspace, Actor("p", "小陈", Role.WORKER), "import_ledger", {})
    with pytest.raises(Forbidden):
        jobs.enqueue(workspace, Actor("p", "小陈", Role.SECRETARY), "backup", {})
    with pytest.raises(NotFound):
        jobs.get(workspace, SYSTEM, "none")


class Process:
    """The runner as `serve` starts it."""

    def __init__(self, settings: Settings) -> None:
        command = [sys.executable, "-c", PROGRAM, "--data", str(settings.data)]
        if settings.database:
            command += ["--database", settings.database]
        self.popen = subprocess.Popen(command)

    def kill(self, number: int = signal.SIGKILL) -> int:
        self.popen.send_signal(number)
        return self.popen.wait(PATIENCE_S)


@pytest.fixture
def start(settings: Settings) -> Iterator[Callable[[], Process]]:
    started: list[Process] = []

    def make() -> Process:
        started.append(Process(settings))
        return started[-1]

    yield make
    for process in started:
        if process.popen.poll() is None:
            process.kill()


def test_a_killed_runner_s_job_is_stopped_and_begun_again_by_the_next(
    workspace: Workspace, start: Callable[[], Process]
) -> None:
    live = Workspace(workspace.settings, workspace.folder, workspace.database)
    job = jobs.enqueue(live, SYSTEM, "write_long")
    first = start()
    until(lambda: jobs.get(live, SYSTEM, job.id).progress > 0)
    assert jobs.get(live, SYSTEM, job.id).message.startswith("第 ")  # type: ignore[union-attr]
    first.kill()
    # The job's process held the one write transaction: if it lived on, this write would wait for it.
    with live.database.write(longest_wait_s=15) as conn:
        assert settings_store.get(conn, "half") == ""
    second = start()
    until(lambda: jobs.get(live, SYSTEM, job.id).attempts == 2)
    until(lambda: jobs.get(live, SYSTEM, job.id).progress > 0)
    jobs.cancel(live, SYSTEM, job.id)
    until(lambda: state_of(live, job) is JobState.CANCELLED)
    with live.read() as conn:
        assert settings_store.get(conn, "half") == ""
    assert second.kill(signal.SIGTERM) == 0


def test_a_runner_told_to_end_puts_its_job_back_uncounted(workspace: Workspace, start: Callable[[], Process]) -> None:
    live = Workspace(workspace.settings, workspace.folder, workspace.database)
    job = jobs.enqueue(live, SYSTEM, "write_long")
    process = start()
    until(lambda: jobs.get(live, SYSTEM, job.id).progress > 0)
    assert process.kill(signal.SIGTERM) == 0
    left = jobs.get(live, SYSTEM, job.id)
    assert (left.state, left.attempts) == (JobState.QUEUED, 0)


def test_a_runner_ends_with_who_started_it(settings: Settings, database: object) -> None:
    program = (
        f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {PROGRAM!r}]); print(p.pid, flush=True)"
    )
    environment = os.environ | {"MAPSVC_DATA": str(settings.data), "MAPSVC_DATABASE": settings.database}
    # The starter ends at once, leaving the runner an orphan.
    done = subprocess.run(
        [sys.executable, "-c", program + "; import time; time.sleep(3)"],
        capture_output=True,
        text=True,
        env=environment,
        timeout=PATIENCE_S,
        check=True,
    )
    orphan = int(done.stdout.split()[0])
    until(lambda: not os.path.exists(f"/proc/{orphan}"))
