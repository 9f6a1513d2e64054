"""How the routes of 线上驿站 are asked well, and the leave each needs."""

from typing import Any

from mapsvc.domain.permissions import Action

Told = tuple[Action | None, str, Any, Any]
SEE, EDIT = Action.SEE_POLICIES, Action.EDIT_POLICIES
ONE = "/policies/waste"
FORM = {
    "topic": "装卸停车",
    "title": "弄口临停",
    "questions": "弄口能停吗？\r\n卸货停哪里？",
    "answer": "早上可以，卸完就走。",
    "source": "街区约定",
    "source_date": "2026-11-01",
}

WAYS: dict[str, Told] = {
    "policies.index": (SEE, "/policies?q=入园", None, None),
    "policies.show": (SEE, ONE, None, None),
    "policies.handout": (SEE, f"{ONE}/print?size=a5", None, None),
    "policy_edits.new": (EDIT, "/policies/new", None, None),
    "policy_edits.create": (EDIT, "/policies", None, FORM),
    "policy_edits.edit": (EDIT, f"{ONE}/edit", None, None),
    "policy_edits.save": (EDIT, ONE, None, FORM | {"version": "1"}),
    "policy_edits.check": (EDIT, f"{ONE}/check", None, {"version": "1"}),
    "policy_edits.retire": (EDIT, f"{ONE}/retire", None, {}),
    "policy_edits.take_back": (EDIT, f"{ONE}/take-back", None, {"version": "1", "earlier": "1"}),
    "policy_imports.index": (EDIT, "/policies/import", None, None),
    "policy_imports.look": (EDIT, "/policies/import", None, {}),
    "policy_imports.look_at_own": (EDIT, "/policies/import/own", None, {}),
    "policy_imports.take_in": (EDIT, "/policies/import/take-in", None, {"entries": ""}),
    "policy_imports.download": (EDIT, "/policies/files/all.md", None, None),
    "api_answers.index": (SEE, "/api/v1/answers?q=入园", None, None),
}
