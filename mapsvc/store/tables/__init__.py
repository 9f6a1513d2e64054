"""Every table on one `metadata`, grouped by noun; columns only, the statements stand in the store's noun files."""

from mapsvc.store.tables.base import metadata
from mapsvc.store.tables.cases import case_file, case_step, context_event, council, escalation, issue
from mapsvc.store.tables.corrections import correction
from mapsvc.store.tables.field import card, handover, tenancy_change, withdrawn
from mapsvc.store.tables.imports import import_batch, import_change, import_conflict, import_problem, import_row
from mapsvc.store.tables.patches import patch, patch_version
from mapsvc.store.tables.patrols import patrol_plan
from mapsvc.store.tables.people import account, one_time_sign_in, person, session, setting, sign_in_attempt, token
from mapsvc.store.tables.search import search_entry
from mapsvc.store.tables.shops import assignment, location, place, register_entry, shop, tenancy
from mapsvc.store.tables.system import audit, audit_head, calendar_day, event, guard, job, photo, revision
from mapsvc.store.tables.visits import enquiry, need, promise, visit

__all__ = [
    "account",
    "assignment",
    "audit",
    "audit_head",
    "calendar_day",
    "card",
    "case_file",
    "case_step",
    "context_event",
    "correction",
    "council",
    "enquiry",
    "escalation",
    "event",
    "guard",
    "handover",
    "import_batch",
    "import_change",
    "import_conflict",
    "import_problem",
    "import_row",
    "issue",
    "job",
    "location",
    "metadata",
    "need",
    "one_time_sign_in",
    "patch",
    "patch_version",
    "patrol_plan",
    "person",
    "photo",
    "place",
    "promise",
    "register_entry",
    "revision",
    "search_entry",
    "session",
    "setting",
    "shop",
    "sign_in_attempt",
    "tenancy",
    "tenancy_change",
    "token",
    "visit",
    "withdrawn",
]
