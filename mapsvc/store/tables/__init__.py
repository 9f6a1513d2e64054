"""Every table on one `metadata`, grouped by noun; columns only, the statements stand in the store's noun files."""

from mapsvc.store.tables.alerts import alert, alert_run, fit, rainfall, storm, storm_door
from mapsvc.store.tables.base import metadata
from mapsvc.store.tables.cases import case_file, case_step, context_event, escalation, issue
from mapsvc.store.tables.casework import (
    case_note,
    contact_attempt,
    effect_check,
    extension,
    limit_change,
    limit_rule,
    reopening,
    task,
)
from mapsvc.store.tables.corrections import correction
from mapsvc.store.tables.councils import council, council_party, private_note
from mapsvc.store.tables.field import card, handover, tenancy_change, withdrawn
from mapsvc.store.tables.imports import import_batch, import_change, import_conflict, import_problem, import_row
from mapsvc.store.tables.patches import patch, patch_version
from mapsvc.store.tables.patrols import (
    guard_round,
    guard_round_walk,
    patrol_edition,
    patrol_pin,
    patrol_plan,
    patrol_step,
    patrol_walk,
    patrol_walker,
    patrol_weight,
    quiet_hours,
)
from mapsvc.store.tables.people import account, one_time_sign_in, person, session, setting, sign_in_attempt, token
from mapsvc.store.tables.playbooks import notice, playbook, playbook_run, roster, roster_slot, slot_sign_up, watch
from mapsvc.store.tables.responses import order_step, register_change, response, response_party, work_order
from mapsvc.store.tables.search import search_entry
from mapsvc.store.tables.shops import assignment, location, place, register_entry, shop, tenancy
from mapsvc.store.tables.system import audit, audit_head, calendar_day, event, guard, job, photo, revision
from mapsvc.store.tables.tickets import feed, report, ticket
from mapsvc.store.tables.visits import enquiry, need, promise, visit

__all__ = [
    "account",
    "alert",
    "alert_run",
    "assignment",
    "audit",
    "audit_head",
    "calendar_day",
    "card",
    "case_file",
    "case_note",
    "case_step",
    "contact_attempt",
    "context_event",
    "correction",
    "council",
    "council_party",
    "effect_check",
    "enquiry",
    "escalation",
    "event",
    "extension",
    "feed",
    "fit",
    "guard",
    "guard_round",
    "guard_round_walk",
    "handover",
    "import_batch",
    "import_change",
    "import_conflict",
    "import_problem",
    "import_row",
    "issue",
    "job",
    "limit_change",
    "limit_rule",
    "location",
    "metadata",
    "need",
    "notice",
    "one_time_sign_in",
    "order_step",
    "patch",
    "patch_version",
    "patrol_edition",
    "patrol_pin",
    "patrol_plan",
    "patrol_step",
    "patrol_walk",
    "patrol_walker",
    "patrol_weight",
    "person",
    "photo",
    "place",
    "playbook",
    "playbook_run",
    "private_note",
    "promise",
    "quiet_hours",
    "rainfall",
    "register_change",
    "register_entry",
    "reopening",
    "report",
    "response",
    "response_party",
    "revision",
    "roster",
    "roster_slot",
    "search_entry",
    "session",
    "setting",
    "shop",
    "sign_in_attempt",
    "slot_sign_up",
    "storm",
    "storm_door",
    "task",
    "tenancy",
    "tenancy_change",
    "ticket",
    "token",
    "visit",
    "watch",
    "withdrawn",
    "work_order",
]
