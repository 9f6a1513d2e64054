"""Which blueprints each surface serves, and which routes strangers may see."""

from dataclasses import dataclass
from importlib import import_module

from flask import Flask

OFFICE, FIELD, PUBLIC = "office", "field", "public"
SURFACES = (OFFICE, FIELD, PUBLIC)
_STAFF = frozenset({OFFICE, FIELD})
_DESK = frozenset({OFFICE})
_ALL = frozenset(SURFACES)


@dataclass(frozen=True)
class Part:
    """A module with a `blueprint`, and the surfaces that serve it."""

    module: str
    surfaces: frozenset[str]


PARTS: tuple[Part, ...] = (
    Part("health", _ALL),
    Part("accounts", _STAFF),
    Part("map", _STAFF),
    Part("cases", _STAFF),
    Part("case_acts", _STAFF),
    Part("past_cases", _STAFF),
    Part("issue_form", _STAFF),
    Part("councils", _STAFF),
    Part("private_notes", _STAFF),
    Part("tasks", _STAFF),
    Part("same_building", _STAFF),
    Part("today_page", _STAFF),
    Part("service_worker", _STAFF),
    Part("effects", _STAFF),
    Part("needs", _STAFF),
    Part("silent", _STAFF),
    Part("promises", _STAFF),
    Part("patrol", _STAFF),
    Part("photos", _STAFF),
    Part("cards", _STAFF),
    Part("order_links", _ALL),
    Part("orders", _STAFF),
    Part("responses", _STAFF),
    Part("contacts", _STAFF),
    Part("ledger", _DESK),
    Part("figures", _STAFF),
    Part("reports", _STAFF),
    Part("feeds", _STAFF),
    Part("admin_import", _DESK),
    Part("admin_field", _DESK),
    Part("admin_quality", _DESK),
    Part("admin_export", _DESK),
    Part("admin_jobs", _DESK),
    Part("admin_people", _DESK),
    Part("admin_patches", _DESK),
    Part("admin_register", _DESK),
    Part("admin_handover", _DESK),
    Part("admin_limits", _DESK),
    Part("admin_calendar", _DESK),
    Part("tickets", _DESK),
    Part("places", _STAFF),
    Part("playbooks", _STAFF),
    Part("notices", _STAFF),
    Part("rosters", _STAFF),
    Part("context_events", _STAFF),
    Part("desk", _STAFF),
    Part("openapi", _STAFF),
    Part("api.layers", _STAFF),
    Part("api.overview", _STAFF),
    Part("api.shops", _STAFF),
    Part("api.visits", _STAFF),
    Part("api.issues", _STAFF),
    Part("api.photos", _STAFF),
    Part("api.cases", _STAFF),
    Part("api.responses", _STAFF),
    Part("api.orders", _STAFF),
    Part("api.councils", _STAFF),
    Part("api.tasks", _STAFF),
    Part("api.case_acts", _STAFF),
    Part("api.effects", _STAFF),
    Part("api.tickets", _DESK),
    Part("api.places", _STAFF),
    Part("api.playbooks", _STAFF),
    Part("api.context_events", _STAFF),
    Part("api.promises", _STAFF),
    Part("api.needs", _STAFF),
    Part("api.search", _STAFF),
    Part("api.session", _STAFF),
    Part("api.today", _STAFF),
    Part("api.answers", _STAFF),
    Part("api.history", _STAFF),
    Part("api.hotspots", _STAFF),
    Part("api.figures", _STAFF),
    Part("api.plans", _STAFF),
)

# endpoint names; everything else is for those who are signed in.
_PUBLIC_ENDPOINTS = frozenset(
    {
        "assets.file",
        "assets.versioned",
        "health.healthz",
        "health.metrics",
        "accounts.sign_in",
        "accounts.once",
        "cards.opened",
        "feeds.read",
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


def register(app: Flask, surface: str) -> None:
    """Register the blueprints that `surface` serves."""
    for part in PARTS:
        if surface in part.surfaces:
            app.register_blueprint(import_module(f"mapsvc.web.{part.module}").blueprint)
