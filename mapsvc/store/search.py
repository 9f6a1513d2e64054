"""Finding shops, places and cases by what is typed: FTS5 on SQLite, a GIN index on PostgreSQL, one tokenizer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, or_, select, text

from mapsvc.store.tables import search_entry
from mapsvc.store.tokens import fold, query_of, tokens_of

# In the order in which equal hits are shown. Nothing about a person is of these kinds.
KINDS = ("shop", "place", "case")
_CANDIDATES = 1000
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """What is made findable, and a hit when found.

    Attributes
    ----------
    kind : str
        One of KINDS.
    ref : str
        Id of the thing, one entry each.
    title, subtitle : str
        What the person reads; a sign's or place's name, an address. Never a merchant's name, a phone or free text.
    code : str
        Public code or number, found from its beginning on.
    """

    kind: str
    ref: str
    title: str
    subtitle: str = ""
    code: str = ""


def index(conn: Connection, *, kind: str, ref: str, title: str, subtitle: str = "", code: str = "") -> None:
    """Make one thing findable, replacing what was indexed for it."""
    index_many(conn, [Entry(kind, ref, title, subtitle, code)])


def index_many(conn: Connection, entries: Iterable[Entry]) -> None:
    """Make many things findable, replacing what was indexed for them.

    Raises
    ------
    ValueError
        If an entry is of a kind that may not be indexed.
    """
    newest = {(e.kind, e.ref): e for e in entries}
    batch: list[Entry] = []
    for entry in newest.values():
        if entry.kind not in KINDS:
            raise ValueError(f"entries of kind {entry.kind} are not indexed")
        batch.append(entry)
        if len(batch) == _BATCH:
            _replace(conn, batch)
            batch = []
    if batch:
        _replace(conn, batch)


def remove(conn: Connection, kind: str, refs: Sequence[str]) -> None:
    """Make things unfindable."""
    for start in range(0, len(refs), 500):
        _drop(conn, kind, refs[start : start + 500])


def find(conn: Connection, q: str, limit: int = 20, kinds: Sequence[str] = KINDS) -> list[Entry]:
    """Entries that hold all of `q`, best first; equal ones by kind, length, title.

    Whole codes and names come first, then beginnings, then the rest; the order does not depend on the database.
    """
    folded, wanted = fold(q), query_of(q)
    if not wanted or limit < 1:
        return []
    of_kind = search_entry.c.kind.in_(list(kinds))
    begins = [
        (column >= folded) & (column < folded + "\U0010ffff")
        for column in (search_entry.c.code_key, search_entry.c.title_key)
    ]
    columns = select(search_entry).where(of_kind)
    rows = list(conn.execute(columns.where(or_(*begins)).order_by(search_entry.c.id).limit(_CANDIDATES)).mappings())
    rows += conn.execute(_holding(conn, columns, wanted).order_by(search_entry.c.id).limit(_CANDIDATES)).mappings()
    best: dict[int, tuple[object, ...]] = {row["id"]: _rank(dict(row), folded) for row in rows}
    found = {row["id"]: row for row in rows}
    chosen = sorted(found, key=lambda id: best[id])[:limit]
    return [_entry(dict(found[id])) for id in chosen]


def rebuild(conn: Connection) -> None:
    """Build SQLite's index anew from the entries (elsewhere the database keeps it)."""
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql("INSERT INTO search_index(search_index) VALUES ('rebuild')")


def _replace(conn: Connection, entries: list[Entry]) -> None:
    for kind in KINDS:
        remove(conn, kind, [e.ref for e in entries if e.kind == kind])
    first = (conn.execute(text("SELECT coalesce(max(id), 0) FROM search_entry")).scalar() or 0) + 1
    rows = [_row(entry, first + n) for n, entry in enumerate(entries)]
    conn.execute(insert(search_entry), rows)
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql(
            "INSERT INTO search_index(rowid, tokens) VALUES (?, ?)", [(row["id"], row["tokens"]) for row in rows]
        )


def _row(entry: Entry, id: int) -> dict[str, object]:
    tokens = tokens_of(entry.title, entry.subtitle, entry.code)
    return {
        "id": id,
        "kind": entry.kind,
        "ref": entry.ref,
        "code": entry.code or None,
        "title": entry.title,
        "subtitle": entry.subtitle or None,
        "code_key": fold(entry.code) or None,
        "title_key": fold(entry.title),
        # An empty text would be no lexeme at all.
        "tokens": " ".join(tokens) or "-",
    }


def _drop(conn: Connection, kind: str, refs: Sequence[str]) -> None:
    these = (search_entry.c.kind == kind) & search_entry.c.ref.in_(refs)
    if conn.dialect.name == "sqlite":
        old = conn.execute(select(search_entry.c.id, search_entry.c.tokens).where(these)).all()
        if not old:
            return
        # An index without content of its own has to be told what it forgets.
        forget = "INSERT INTO search_index(search_index, rowid, tokens) VALUES ('delete', ?, ?)"
        conn.exec_driver_sql(forget, [tuple(row) for row in old])
    conn.execute(delete(search_entry).where(these))


def _holding(conn: Connection, columns: Select[Any], wanted: list[tuple[str, bool]]) -> Select[Any]:
    if conn.dialect.name == "sqlite":
        match = " AND ".join(f'"{token}"' + ("*" if grows else "") for token, grows in wanted)
        inside = text("search_entry.id IN (SELECT rowid FROM search_index WHERE search_index MATCH :q)")
    else:
        match = " & ".join(f"'{token}'" + (":*" if grows else "") for token, grows in wanted)
        inside = text("search_entry.lexemes @@ CAST(:q AS tsquery)")
    return columns.where(inside.bindparams(q=match))


def _rank(row: dict[str, object], folded: str) -> tuple[object, ...]:
    code, title = str(row["code_key"] or ""), str(row["title_key"])
    subtitle = fold(str(row["subtitle"] or ""))
    places = (
        folded in (code, title),
        title.startswith(folded),
        code.startswith(folded),
        folded in title,
        _begins_in_pinyin(str(row["tokens"]), folded),
        _ends_in(subtitle, folded),
        folded in subtitle,
    )
    step = places.index(True) if True in places else len(places)
    return step, KINDS.index(str(row["kind"])), len(title), title, str(row["ref"])


def _begins_in_pinyin(tokens: str, folded: str) -> bool:
    typed = folded.replace(" ", "")
    return any(token.startswith(typed) for token in tokens.split(" ", 2)[:2])


def _ends_in(subtitle: str, folded: str) -> bool:
    # 岚皋西路27 means 27号 before 270号.
    at = subtitle.find(folded)
    return at >= 0 and not subtitle[at + len(folded) : at + len(folded) + 1].isdigit()


def _entry(row: dict[str, object]) -> Entry:
    return Entry(
        str(row["kind"]), str(row["ref"]), str(row["title"]), str(row["subtitle"] or ""), str(row["code"] or "")
    )
