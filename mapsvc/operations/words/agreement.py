"""Words of agreements on the timeline: what was agreed, who signed."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mapsvc.domain.councils import PARTY_ROLE_NAMES, Council, Party
from mapsvc.domain.history import Words
from mapsvc.store import councils, tasks
from mapsvc.store.events import Event

_NUMBERS = "零一二三四五六七八九十"


def load(conn: Connection, events: Sequence[Event]) -> dict[int, Words]:
    """Words by id of the event: its ref is the council, or the party that signed last."""
    signers = councils.parties_by_ids(conn, (e.ref for e in events))
    council_ids = [signers[e.ref].council_id if e.ref in signers else e.ref for e in events]
    found = councils.by_ids(conn, council_ids)
    parties = councils.parties(conn, set(found))
    counts = tasks.count_by_council(conn, set(found))
    words = {}
    for event, council_id in zip(events, council_ids, strict=True):
        if (council := found.get(council_id)) is not None:
            told = agreement_words(council, parties.get(council_id, ()), event, counts.get(council_id, 0))
            words[event.id] = told
    return words


def agreement_words(council: Council, parties: Sequence[Party], event: Event, n_tasks: int) -> Words:
    """协议签字: 三方签字，生成4项任务; without signatures yet 议定协议 with its items."""
    signed = [p for p in parties if p.signed_at is not None and p.signed_at <= event.at]
    if not signed:
        return Words("议定协议", council.agreement or "", state="agreed")
    everybody = len(signed) == len([p for p in parties if p.is_present])
    who = "、".join(dict.fromkeys(PARTY_ROLE_NAMES[p.role] for p in signed))
    by = f"{_NUMBERS[len(signed)]}方签字" if everybody and len(signed) < len(_NUMBERS) else f"{who}签字"
    detail = f"{by}，生成{n_tasks}项任务" if n_tasks and event.ref == council.id else by
    return Words("协议签字", detail, state="signed")
