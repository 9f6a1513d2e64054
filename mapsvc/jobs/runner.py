"""The runner: takes one job after another into a process of its own, keeps its lease, and minds the store between."""

import argparse
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

from mapsvc.config import Settings
from mapsvc.domain.jobs import Job, JobState
from mapsvc.errors import Broken
from mapsvc.jobs import child
from mapsvc.jobs.kinds import KINDS
from mapsvc.jobs.report import Report
from mapsvc.jobs.singleton import Singleton
from mapsvc.jobs.upkeep import Upkeep
from mapsvc.operations.jobs import cancel_file, with_progress
from mapsvc.operations.workspace import Workspace
from mapsvc.store import jobs as store

POLL_S = 0.5
HEARTBEAT_S = 10.0
LEASE = timedelta(minutes=2)
# How long a job that was asked to stop may take before its process is ended.
PATIENCE_S = 10.0


class Runner:
    """Works off the queue of `ws` until told to stop."""

    def __init__(self, ws: Workspace, settings: Settings) -> None:
        self.ws = ws
        self.settings = settings
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.stopping = threading.Event()
        self._upkeep = Upkeep(ws)

    def run(self) -> None:
        """Wait to be the one runner, then take jobs until `stopping`."""
        with Singleton(self.ws.database) as one:
            while not one.take():
                if self.stopping.wait(POLL_S):
                    return
            self.recover()
            while not self.stopping.is_set():
                if not self.step():
                    self._upkeep.step()
                    self.stopping.wait(POLL_S)

    def recover(self) -> None:
        """Put back what a dead runner left running; give up what was begun too often."""
        now = self.ws.clock()
        with self.ws.read() as conn:
            left = store.abandoned(conn, now, but=self.name)
        for job in left:
            self._settle(job, "上次没做完就断了，重新开始。")

    def step(self) -> bool:
        """Do one job if one is due; whether one was."""
        now = self.ws.clock()
        with self.ws.read() as conn:
            if not store.is_due(conn, now):
                return False
        with self.ws.write() as conn:
            job = store.claim(conn, self.name, now, now + LEASE)
        if job is None:
            return False
        self._do(job)
        return True

    def _do(self, job: Job) -> None:
        if job.kind not in KINDS:
            # Queued by a newer program, or by one that brought kinds of its own.
            self._finish(job, JobState.FAILED, f"这个程序不会做“{job.kind}”这种任务，请升级程序。")
            return
        told = (self.settings, job.id, KINDS[job.kind])
        process = multiprocessing.get_context("spawn").Process(target=child.run, args=told)
        process.start()
        ended = self._watch(process, job)
        with self.ws.read() as conn:
            left = store.by_id(conn, job.id)
        if left is not None and left.state is JobState.RUNNING:
            if ended == "cancelled":
                self._finish(left, JobState.CANCELLED, "已按要求停下。")
            elif ended == "stopped":
                self._requeue(left, None, counts=False)
            else:
                self._settle(left, f"任务的进程意外结束（代码 {process.exitcode}），重新开始。")

    def _watch(self, process: BaseProcess, job: Job) -> str:
        beat_at, cancel_at = time.monotonic() + HEARTBEAT_S, 0.0
        while process.is_alive():
            process.join(POLL_S)
            if self.stopping.is_set():
                return self._end(process, "stopped")
            if not cancel_at and cancel_file(self.ws.folder, job.id).exists():
                cancel_at = time.monotonic()
            if cancel_at and time.monotonic() - cancel_at > PATIENCE_S:
                return self._end(process, "cancelled")
            if time.monotonic() > beat_at:
                self._beat(job)
                beat_at = time.monotonic() + HEARTBEAT_S
        return "ended"

    def _end(self, process: BaseProcess, why: str) -> str:
        # Whatever it was writing is rolled back; the job is begun anew or given up.
        process.kill()
        process.join()
        return why

    def _beat(self, job: Job) -> None:
        now, told = self.ws.clock(), with_progress(self.ws.folder, job)
        try:
            with self.ws.database.write(longest_wait_s=0.5) as conn:
                store.heartbeat(conn, job.id, now, now + LEASE, told.progress, told.message or "")
        except Broken:
            # The job itself is writing; the lock file says as much as a lease.
            return

    def _settle(self, job: Job, message: str) -> None:
        attempts = KINDS[job.kind].attempts if job.kind in KINDS else 1
        if job.attempts >= attempts:
            self._finish(job, JobState.FAILED, f"试了 {job.attempts} 次都没做完，请告诉管理员。")
        else:
            self._requeue(job, message)

    def _requeue(self, job: Job, message: str | None, *, counts: bool = True) -> None:
        with self.ws.write() as conn:
            store.requeue(conn, job.id, self.ws.clock(), message, counts=counts)

    def _finish(self, job: Job, state: JobState, message: str) -> None:
        with self.ws.write() as conn:
            store.finish(conn, job.id, state, self.ws.clock(), message)
        Report(self.ws.folder, job).clear()


def main(arguments: list[str] | None = None) -> None:
    """Run until SIGTERM, SIGINT, or the death of whoever started this process."""
    parser = argparse.ArgumentParser(prog="python -m mapsvc.jobs", description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--database")
    given = parser.parse_args(sys.argv[1:] if arguments is None else arguments)
    settings = Settings.load(data=given.data, database=given.database)
    runner = Runner(Workspace.open(settings), settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: runner.stopping.set())
    threading.Thread(target=_mind_parent, args=(runner.stopping,), daemon=True).start()
    try:
        runner.run()
    finally:
        runner.ws.database.close()


def _mind_parent(stopping: threading.Event) -> None:
    started_by = os.getppid()
    while not stopping.wait(1.0):
        if os.getppid() != started_by:
            stopping.set()
