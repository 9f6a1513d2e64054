"""治理样板 on the timeline: when a run began and when it ended."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mapsvc.domain.history import Words
from mapsvc.store import issues, playbooks
from mapsvc.store.events import Event


def load(conn: Connection, events: Sequence[Event]) -> dict[int, Words]:
    """治理样板 · 垃圾死角 · 开始; at its end the words said then."""
    runs = playbooks.runs_by_ids(conn, (e.ref for e in events))
    known = playbooks.by_ids(conn, (r.playbook_id for r in runs.values()))
    of_case = issues.of_cases(conn, (r.case_id for r in runs.values()))
    words: dict[int, Words] = {}
    for event in events:
        if (run := runs.get(event.ref)) is None:
            continue
        playbook, issue = known[run.playbook_id], of_case.get(run.case_id or "")
        # Begun and ended within one second, the later line is the end.
        ends = run.ended_at is not None and event.at == run.ended_at and run.ended_at != run.started_at
        said = (
            run.outcome or ""
            if ends
            else f"第{playbook.version}版，{len(playbook.content.steps) - len(run.left_out)}步"
        )
        words[event.id] = Words(
            f"治理样板 · {playbook.name} · {'收尾' if ends else '开始'}",
            said,
            issue.kind if issue else None,
            issue.number if issue else None,
            "ended" if ends else "started",
        )
    return words
