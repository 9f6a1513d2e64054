"""Which blueprints the surfaces of the office serve, and which routes strangers may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module

from flask import Flask

OFFICE, FIELD = "office", "field"
SURFACES = (OFFICE, FIELD)
_STAFF = frozenset(SURFACES)
_DESK = frozenset({OFFICE})
EXTENSION = "mapsvc.surface"


@dataclass(frozen=True)
class Part:
    """A module with a `blueprint`, the surfaces that serve it, and where its addresses begin.

    Attributes
    ----------
    at : tuple of str
        First pieces of its addresses, those of the API without ``/api/v1``: the part is loaded when somebody asks for
        one of them. Empty: it is there at every address.
    """

    module: str
    surfaces: frozenset[str]
    at: tuple[str, ...] = ()


PARTS: tuple[Part, ...] = (
    Part("health", _STAFF),
    Part("accounts", _STAFF),
    Part("map", _STAFF, ("", "cases", "shops", "static")),
    Part("cases", _STAFF, ("cases",)),
    Part("case_acts", _STAFF, ("cases",)),
    Part("past_cases", _STAFF, ("cases",)),
    Part("issue_form", _STAFF, ("issues",)),
    Part("councils", _STAFF, ("cases", "councils")),
    Part("private_notes", _STAFF, ("councils",)),
    Part("tasks", _STAFF, ("cases", "tasks")),
    Part("same_building", _STAFF, ("cases",)),
    Part("today_page", _STAFF, ("static", "today")),
    Part("service_worker", _STAFF, ("sw.js",)),
    Part("effects", _STAFF, ("cases", "places")),
    Part("needs", _STAFF, ("needs", "promises")),
    Part("silent", _STAFF, ("silent",)),
    Part("promises", _STAFF, ("cases",)),
    Part("patrol", _STAFF, ("patrol",)),
    Part("patrol_plan", _STAFF, ("patrol",)),
    Part("patrol_files", _STAFF, ("patrol",)),
    Part("patrol_week", _STAFF, ("patrol",)),
    Part("pins", _STAFF, ("patrol",)),
    Part("quiet_hours", _STAFF, ("shops",)),
    Part("topic_choices", _STAFF, ("shops",)),
    Part("rounds", _STAFF, ("patrol",)),
    Part("coverage", _STAFF, ("patrol",)),
    Part("photos", _STAFF, ("photos",)),
    Part("cards", _STAFF, ("c", "shops")),
    Part("card_desk", _STAFF, ("cards",)),
    Part("street_sheets", _STAFF, ("street-sheets",)),
    Part("order_links", _STAFF, ("w",)),
    Part("orders", _STAFF, ("cases", "orders")),
    Part("responses", _STAFF, ("cases",)),
    Part("contacts", _STAFF, ("cases",)),
    Part("ledger", _DESK, ("ledger",)),
    Part("figures", _STAFF, ("figures",)),
    Part("reports", _STAFF, ("reports",)),
    Part("feeds", _STAFF, ("feeds", "me")),
    Part("policy_calendar", _STAFF, ("policy-calendar", "policy-calendar.ics")),
    Part("admin_import", _DESK, ("admin",)),
    Part("admin_field", _DESK, ("admin",)),
    Part("admin_quality", _DESK, ("admin",)),
    Part("admin_origin", _DESK, ("admin",)),
    Part("admin_export", _DESK, ("admin",)),
    Part("admin_jobs", _DESK, ("admin",)),
    Part("admin_people", _DESK, ("admin",)),
    Part("admin_patches", _DESK, ("admin",)),
    Part("admin_register", _DESK, ("admin",)),
    Part("admin_handover", _DESK, ("admin",)),
    Part("admin_limits", _DESK, ("admin",)),
    Part("admin_calendar", _DESK, ("admin",)),
    Part("admin_patrol", _DESK, ("admin",)),
    Part("enquiries", _STAFF, ("enquiries",)),
    Part("enquiries_acts", _STAFF, ("enquiries",)),
    Part("enquiries_log", _STAFF, ("enquiries",)),
    Part("enquiries_replies", _STAFF, ("enquiries",)),
    Part("tickets", _DESK, ("tickets",)),
    Part("places", _STAFF, ("places",)),
    Part("policies", _STAFF, ("policies",)),
    Part("policy_edits", _STAFF, ("policies",)),
    Part("policy_imports", _DESK, ("policies",)),
    Part("playbooks", _STAFF, ("cases", "places", "playbooks", "runs")),
    Part("notices", _STAFF, ("notices",)),
    Part("rosters", _STAFF, ("g", "rosters")),
    Part("context_events", _STAFF, ("context-events", "watches")),
    Part("alerts", _STAFF, ("alerts",)),
    Part("storms", _STAFF, ("storms",)),
    Part("campaigns", _STAFF, ("campaigns",)),
    Part("hotspots", _STAFF, ("hotspots",)),
    Part("changes", _STAFF, ("hotspots",)),
    Part("backtests", _STAFF, ("hotspots",)),
    Part("hotspot_files", _STAFF, ("hotspots.xlsx", "hotspots.geojson", "hotspots.png")),
    Part("desk", _STAFF, ("desk",)),
    Part("openapi", _STAFF, ("openapi.json",)),
    Part("api.layers", _STAFF, ("layers",)),
    Part("api.overview", _STAFF, ("issues", "kinds", "summary")),
    Part("api.shops", _STAFF, ("shops",)),
    Part("api.visits", _STAFF, ("visits",)),
    Part("api.issues", _STAFF, ("issues",)),
    Part("api.photos", _STAFF, ("issues", "visits")),
    Part("api.cases", _STAFF, ("cases",)),
    Part("api.responses", _STAFF, ("cases",)),
    Part("api.orders", _STAFF, ("cases",)),
    Part("api.councils", _STAFF, ("cases", "councils")),
    Part("api.tasks", _STAFF, ("cases", "tasks")),
    Part("api.case_acts", _STAFF, ("cases", "extensions", "reopenings")),
    Part("api.effects", _STAFF, ("cases",)),
    Part("api.tickets", _DESK, ("tickets",)),
    Part("api.places", _STAFF, ("places",)),
    Part("api.playbooks", _STAFF, ("cases", "places", "playbooks", "runs")),
    Part("api.context_events", _STAFF, ("context-events",)),
    Part("api.promises", _STAFF, ("promises",)),
    Part("api.needs", _STAFF, ("needs",)),
    Part("api.search", _STAFF, ("search",)),
    Part("api.session", _STAFF, ("session",)),
    Part("api.today", _STAFF, ("today",)),
    Part("api.answers", _STAFF, ("answers",)),
    Part("api.policy_calendar", _STAFF, ("policy-calendar",)),
    Part("api.enquiries", _STAFF, ("enquiries",)),
    Part("api.history", _STAFF, ("places", "shops")),
    Part("api.alerts", _STAFF, ("alerts",)),
    Part("api.hotspots", _STAFF, ("hotspots",)),
    Part("api.storms", _STAFF, ("storms",)),
    Part("api.campaigns", _STAFF, ("campaigns",)),
    Part("api.figures", _STAFF, ("figures",)),
    Part("api.plans", _STAFF, ("plans",)),
    Part("api.pins", _STAFF, ("pins",)),
    Part("api.quiet_hours", _STAFF, ("quiet-hours", "shops")),
    Part("api.plan_edits", _STAFF, ("plans",)),
    Part("api.walks", _STAFF, ("walks",)),
)

# endpoint names; everything else is for those who are signed in.
_PUBLIC_ENDPOINTS = frozenset(
    {
        "assets.file",
        "assets.icon",
        "assets.versioned",
        "health.healthz",
        "health.metrics",
        "accounts.sign_in",
        "accounts.once",
        "cards.opened",
        "feeds.read",
        "feeds.read_windows",
        "order_links.opened",
        "order_links.answered",
        "order_links.photo",
        "order_links.month",
        "rosters.opened",
        "rosters.join",
        "rosters.leave",
        # The phone renews the field app while nobody is signed in: it holds nothing about anybody.
        "today_page.shell_only",
        "today_page.packed",
        "service_worker.script",
    }
)


def is_public(endpoint: str) -> bool:
    """Whether strangers may ask for this endpoint."""
    return endpoint in _PUBLIC_ENDPOINTS


def first_piece(path: str) -> str:
    """What `Part.at` names of an address: ``cases`` of /cases/1 and of /api/v1/cases/1; empty for the front page."""
    pieces = [piece for piece in path.split("/") if piece]
    if pieces[:2] == ["api", "v1"]:
        del pieces[:2]
    return pieces[0] if pieces else ""


def parts_of(surface: str, at: str | None = None) -> tuple[Part, ...]:
    """The parts that `surface` serves; with `at` those whose addresses may begin with that piece."""
    served = (part for part in PARTS if surface in part.surfaces)
    return tuple(part for part in served if at is None or not part.at or at in part.at)


def register(app: Flask, parts: Iterable[Part]) -> None:
    """Load parts and register their blueprints."""
    for part in parts:
        app.register_blueprint(import_module(f"mapsvc.web.{part.module}").blueprint)
