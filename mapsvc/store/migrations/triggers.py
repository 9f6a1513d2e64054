"""Triggers in plain SQL: revisions of layers, and the guards of append-only tables."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

_ALL = ("INSERT", "UPDATE", "DELETE")

# Which tables raise which layers' numbers, and on what. A new location changes no layer until a shop, place or issue
# points to it; a new person none until somebody is given work.
Raised = tuple[str, tuple[str, ...], tuple[str, ...]]
RAISES: tuple[Raised, ...] = (
    ("shop", _ALL, ("shops", "hotspots")),
    ("tenancy", _ALL, ("shops",)),
    ("assignment", _ALL, ("shops",)),
    ("visit", _ALL, ("shops", "visits")),
    ("location", ("UPDATE",), ("shops", "places", "issues", "hotspots")),
    ("place", _ALL, ("places", "issues")),
    ("issue", _ALL, ("issues", "hotspots")),
    ("case_file", _ALL, ("issues", "hotspots")),
    ("patch", _ALL, ("patches", "shops")),
    ("patch_version", _ALL, ("patches", "shops")),
    ("patrol_plan", _ALL, ("patrol",)),
    ("person", ("UPDATE", "DELETE"), ("shops", "patches", "patrol", "people")),
    ("person", ("INSERT",), ("people",)),
    ("account", _ALL, ("accounts",)),
    ("need", _ALL, ("needs",)),
    ("promise", _ALL, ("promises",)),
    ("enquiry", _ALL, ("enquiries",)),
    ("setting", _ALL, ("settings",)),
    ("calendar_day", _ALL, ("settings", "issues")),
    ("context_event", _ALL, ("casework", "hotspots")),
    *(
        (table, _ALL, ("casework",))
        for table in (
            "case_note",
            "contact_attempt",
            "council",
            "council_party",
            "effect_check",
            "extension",
            "limit_rule",
            "notice",
            "order_step",
            "playbook",
            "playbook_run",
            "register_change",
            "reopening",
            "report",
            "response",
            "response_party",
            "roster",
            "roster_slot",
            "slot_sign_up",
            "task",
            "ticket",
            "watch",
            "work_order",
        )
    ),
    *((table, _ALL, ("alerts",)) for table in ("alert", "alert_run", "fit", "rainfall", "storm", "storm_door")),
    *(
        (table, _ALL, ("patrol",))
        for table in ("patrol_edition", "patrol_pin", "patrol_walker", "patrol_weight", "quiet_hours", "guard_round")
    ),
    *((table, _ALL, ("walks",)) for table in ("patrol_walk", "patrol_step", "guard_round_walk")),
    *((table, _ALL, ("enquiries",)) for table in ("enquiry_step", "reply_template", "topic_choice")),
    *((table, _ALL, ("policies",)) for table in ("policy", "policy_window")),
    *((table, _ALL, ("campaigns",)) for table in ("campaign", "campaign_shop")),
    ("card", _ALL, ("cards",)),
)
LAYERS = tuple(sorted({layer for _, _, layers in RAISES for layer in layers}))
APPEND_ONLY = ("event", "audit")


def create(conn: Connection) -> None:
    """Make all triggers and the rows they count in."""
    for layer in LAYERS:
        conn.execute(text("INSERT INTO revision (layer, n) VALUES (:layer, 0)"), {"layer": layer})
    for table in APPEND_ONLY:
        conn.execute(text("INSERT INTO guard (name, is_lifted) VALUES (:name, FALSE)"), {"name": table})
    conn.execute(text("INSERT INTO audit_head (n, hash) VALUES (0, :hash)"), {"hash": "0" * 64})
    is_sqlite = conn.dialect.name == "sqlite"
    guards = _sqlite_guards() if is_sqlite else [*_POSTGRES_FUNCTIONS, *_postgres_guards()]
    for statement in (*guards, *(_sqlite(RAISES) if is_sqlite else _postgres(RAISES))):
        conn.exec_driver_sql(statement)


def add(conn: Connection, raises: Sequence[Raised], layers: Sequence[str]) -> None:
    """Make the triggers of tables that came later, and the rows of layers that are new."""
    for layer in layers:
        conn.execute(text("INSERT INTO revision (layer, n) VALUES (:layer, 0)"), {"layer": layer})
    for statement in _sqlite(raises) if conn.dialect.name == "sqlite" else _postgres(raises):
        conn.exec_driver_sql(statement)


def _sqlite(raises: Sequence[Raised]) -> list[str]:
    made = []
    for table, moments, layers in raises:
        names = ", ".join(f"'{layer}'" for layer in layers)
        for moment in moments:
            made.append(
                f"CREATE TRIGGER revise_{table}_{moment.lower()} AFTER {moment} ON {table} FOR EACH ROW BEGIN "
                f"UPDATE revision SET n = n + 1 WHERE layer IN ({names}); END"
            )
    return made


def _sqlite_guards() -> list[str]:
    return [
        f"CREATE TRIGGER guard_{table}_{moment.lower()} BEFORE {moment} ON {table} FOR EACH ROW "
        f"WHEN NOT (SELECT is_lifted FROM guard WHERE name = '{table}') BEGIN "
        f"SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in APPEND_ONLY
        for moment in ("UPDATE", "DELETE")
    ]


_POSTGRES_FUNCTIONS = (
    "CREATE FUNCTION revise_layers() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "UPDATE revision SET n = n + 1 WHERE layer = ANY (TG_ARGV); RETURN NULL; END $$",
    "CREATE FUNCTION guard_rows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF (SELECT is_lifted FROM guard WHERE name = TG_TABLE_NAME) THEN RETURN NULL; END IF; "
    "RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$",
)


def _postgres_guards() -> list[str]:
    return [
        f"CREATE TRIGGER guard_{table} AFTER UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION guard_rows()"
        for table in APPEND_ONLY
    ]


def _postgres(raises: Sequence[Raised]) -> list[str]:
    made = []
    for table, moments, layers in raises:
        names = ", ".join(f"'{layer}'" for layer in layers)
        for moment in moments:
            made.append(
                f"CREATE TRIGGER revise_{table}_{moment.lower()} AFTER {moment} ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION revise_layers({names})"
            )
    return made
