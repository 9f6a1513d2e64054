"""`make faults`: the service is killed 25 times under eight writers; nothing acknowledged may be lost or doubled.

    python -m tests.faults.kill_writers [--kills 25] [--writers 8] [--seed 1]

Each writer records visits over HTTP with ids of its own. What was not answered when the service died is sent again to
the next one, as a phone would. Prints one table; exit code 1 if a visit was lost or doubled or the store is not whole.
"""

import argparse
import http.client
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from mapsvc.config import Settings
from mapsvc.domain.actors import SYSTEM, Role
from mapsvc.operations import accounts, backup
from mapsvc.operations.workspace import Workspace
from mapsvc.store import tables as t
from tests.store.office import furnish
from tests.support.server import Server

SHOPS = 40
ANSWER_S = 30


@dataclass
class Tally:
    """What the writers know: ids that were answered, and how."""

    acknowledged: set[str] = field(default_factory=set)
    sent_again: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Writer(threading.Thread):
    """Sends one visit after another to whichever service is up, until told to stop and the last is answered."""

    def __init__(self, number: int, seed: int, token: str, tally: Tally, port: "Port") -> None:
        super().__init__(daemon=True)
        self._random = random.Random(f"{seed}/{number}")
        self._token, self._tally, self._port = token, tally, port
        self.stopping = threading.Event()

    def run(self) -> None:
        """Write; a visit without an answer is sent again, unchanged."""
        while not self.stopping.is_set():
            visit, tries = self._visit(), 0
            while not self._send(visit):
                tries += 1
                time.sleep(0.02)
            with self._tally.lock:
                self._tally.sent_again += bool(tries)

    def _visit(self) -> dict[str, object]:
        def new_id() -> str:
            return str(UUID(int=self._random.getrandbits(128), version=4))

        visit: dict[str, object] = {
            "id": new_id(),
            "shop": f"LT{self._random.randrange(SHOPS):04}",
            "kind": "regular",
            "at": datetime.now(UTC).replace(microsecond=0).isoformat(),
            "outcome": "met",
            "note": "路灯坏了,下周来看",
        }
        if self._random.random() < 0.3:
            visit["needs"] = [{"id": new_id(), "text": "门口路灯不亮", "way": "handed_on"}]
        if self._random.random() < 0.2:
            visit["issues"] = [{"id": new_id(), "kind": "暴露垃圾", "description": "墙角"}]
        return visit

    def _send(self, visit: dict[str, object]) -> bool:
        """Whether the service answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port.number, timeout=ANSWER_S)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        try:
            connection.request("POST", "/api/v1/visits", json.dumps(visit).encode(), headers)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        with self._tally.lock:
            if answer.status in (200, 201) and json.loads(body)["id"] == visit["id"]:
                self._tally.acknowledged.add(str(visit["id"]))
            elif answer.status < 500:
                self._tally.refused[answer.status] += 1
            else:
                return False
        return True


@dataclass
class Port:
    """Where the service listens now."""

    number: int = 0


def prepare(folder: Path) -> str:
    """An office with shops; the secret of a worker's token."""
    ws = Workspace.open(Settings(data=folder))
    with ws.write() as conn:
        furnish(conn, SHOPS)
    _, secret = accounts.create_token(ws, SYSTEM, Role.WORKER, "faults", login="ouyang")
    ws.database.close()
    return secret


def kill_again_and_again(folder: Path, kills: int, writers: int, seed: int) -> Tally:
    """Serve, let the writers write, kill everything the service consists of; `kills` times."""
    token, tally, port = prepare(folder), Tally(), Port()
    threads = [Writer(n, seed, token, tally, port) for n in range(writers)]
    when = random.Random(seed)
    for n in range(kills + 1):
        with Server(folder, "--workers", "2") as service:
            port.number = service.port
            for thread in threads:
                if not thread.is_alive():
                    thread.start()
            if n == kills:
                _let_finish(threads)
                break
            had = len(tally.acknowledged)
            # Only a kill in the midst of writing says anything.
            _wait_until(lambda had=had: len(tally.acknowledged) > had + writers)
            time.sleep(when.uniform(0, 0.8))
            os.killpg(service.process.pid, signal.SIGKILL)
            service.process.wait()
        print(f"\r{n + 1}/{kills} kills, {len(tally.acknowledged)} acknowledged", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return tally


def _let_finish(threads: list[Writer]) -> None:
    for thread in threads:
        thread.stopping.set()
    for thread in threads:
        thread.join(2 * ANSWER_S)


def _wait_until(condition: object) -> None:
    deadline = time.monotonic() + 4 * ANSWER_S
    while not condition():  # type: ignore[operator]
        if time.monotonic() > deadline:
            raise RuntimeError("the service takes no visits")
        time.sleep(0.01)


def judge(folder: Path, tally: Tally) -> list[tuple[str, object, bool]]:
    """Rows of the table: what, how many, and whether that is as it must be."""
    ws = Workspace.open(Settings(data=folder))
    with ws.read() as conn:
        ids = Counter(conn.execute(select(t.visit.c.id).where(t.visit.c.note == "路灯坏了,下周来看")).scalars())
        told = Counter(conn.execute(select(t.event.c.ref).where(t.event.c.type == "visit")).scalars())
        needs = set(conn.execute(select(t.need.c.visit_id)).scalars())
        issues = conn.execute(select(t.issue.c.number)).scalars().all()
    problems = backup.check(ws).problems
    ws.database.close()
    lost = tally.acknowledged - set(ids)
    doubled = [i for i in tally.acknowledged if ids[i] != 1 or told[i] != 1]
    return [
        ("visits acknowledged", len(tally.acknowledged), bool(tally.acknowledged)),
        ("sent again after a kill", tally.sent_again, True),
        ("refused by a rule", sum(tally.refused.values()), not tally.refused),
        ("acknowledged and lost", len(lost), not lost),
        ("doubled, in store or history", len(doubled), not doubled),
        ("in the store, never acknowledged", len(set(ids) - tally.acknowledged), set(ids) <= tally.acknowledged),
        ("needs without their visit", len(needs - set(ids)), needs <= set(ids)),
        ("issue numbers given twice", len(issues) - len(set(issues)), len(issues) == len(set(issues))),
        ("integrity, audit chain, search index", problems or "ok", not problems),
    ]


def main() -> int:
    """Run, print the table, say by the exit code whether all is as it must be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("kills", 25), ("writers", 8), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mapsvc-faults-") as made:
        folder = Path(made) / "data"
        tally = kill_again_and_again(folder, given.kills, given.writers, given.seed)
        rows = judge(folder, tally)
    print(f"{given.kills} times kill -9 of the service under {given.writers} writers")
    for what, number, is_right in rows:
        print(f"  {what:38} {number!s:>8}  {'' if is_right else 'WRONG'}")
    return 0 if all(is_right for *_, is_right in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
