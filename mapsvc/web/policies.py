"""`/policies`, 线上驿站: searched, browsed by topic; an entry with its versions, and the sheet to hand out."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from mapsvc.domain import topics
from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, may
from mapsvc.domain.policies import SAMPLE_NOTE, PolicyEntry
from mapsvc.domain.policy_cells import Change, changes_between
from mapsvc.domain.policy_tips import is_expired, is_expiring
from mapsvc.domain.times import office_day
from mapsvc.errors import NotFound
from mapsvc.operations.policies import LONGEST_QUESTION, Told, find_policies, get_policy
from mapsvc.operations.policy_lists import Base, base_of
from mapsvc.store.policies import Version
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import require_page, workspace

blueprint = Blueprint("policies", __name__)
SAID = {
    "saved": "存下了，原来那版留在下面。",
    "same": "和现在这版一样，没有改动。",
    "added": "新的一条写好了，马上查得到。",
    "checked": "核对过了，不再标样例。",
    "retired": "收起来了，不再查到。",
    "restored": "又可以用了。",
    "taken_back": "恢复了那一版，现在这版也留着。",
}
# What the numbers at the head open.
SHOWN = {
    "expired": "已经过期",
    "expiring": "60天里到期",
    "hints": "这个月要提醒的",
    "samples": "样例，请核对后再用",
    "retired": "收起来的",
}
_SIZES = ("a4", "a5")
_ROWS_OF_A_SHEET = 15


@dataclass(frozen=True)
class Step:
    """A version as the page tells it: who, when, in a word, and the fields that differ from the one before."""

    version: Version
    who: str
    changes: tuple[Change, ...]


@blueprint.get("/policies")
def index() -> str:
    """The search box; what it found, or the entries by topic, or one of the lists to look at."""
    who = require_page(Action.SEE_POLICIES)
    q = request.args.get("q", "").strip()[:LONGEST_QUESTION]
    base = base_of(workspace(), who)
    shown, topic = request.args.get("show", ""), request.args.get("topic", "")
    return render_template(
        "policies/index.html",
        tab="enquiries",
        base=base,
        q=q,
        found=find_policies(workspace(), who, q) if q else None,
        highlighted=highlighted,
        shown=shown if shown in SHOWN else "",
        shown_names=SHOWN,
        lists={name: getattr(base, name) for name in SHOWN},
        topic=topic if topic in topics.NAMES else "",
        groups=_groups(base, topic),
        said=SAID.get(request.args.get("done", "")),
        is_expiring=is_expiring,
        is_expired=is_expired,
    )


@blueprint.get("/policies/<policy_id>")
def show(policy_id: str) -> str:
    """One entry whole, as it stands or as an earlier version stood."""
    return policy_page(path_code(policy_id))


@blueprint.get("/policies/<policy_id>/print")
def handout(policy_id: str) -> str:
    """The sheet for a merchant, A4 or A5."""
    who = require_page(Action.SEE_POLICIES)
    told = get_policy(workspace(), who, path_code(policy_id))
    size = request.args.get("size", "a4")
    day = office_day(workspace().clock())
    return render_template(
        "policies/print.html",
        entry=told.entry,
        size=size if size in _SIZES else "a4",
        phone=workspace().settings.office_phone,
        secretary=workspace().settings.secretary_name,
        day=day,
        is_expired=is_expired(told.entry, day),
        is_long=_rows(told.entry) > _ROWS_OF_A_SHEET,
        sample_note=SAMPLE_NOTE,
    )


def policy_page(policy_id: str, said: str | None = None) -> str:
    """The page of an entry."""
    who = require_page(Action.SEE_POLICIES)
    told = get_policy(workspace(), who, policy_id)
    shown = _version_asked(told)
    day = office_day(workspace().clock())
    return render_template(
        "policies/show.html",
        tab="enquiries",
        told=told,
        entry=shown,
        now=told.entry,
        steps=_steps(told, who),
        said=said or SAID.get(request.args.get("done", "")),
        sample_note=SAMPLE_NOTE,
        is_expiring=is_expiring(shown, day),
        is_expired=is_expired(shown, day),
        starts_later=shown.valid_from is not None and shown.valid_from > day,
    )


def highlighted(text: str, marks: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """`text` in pieces, each with whether it was typed: ``[("孩子", False), ("上学", True)]``."""
    pieces, at = [], 0
    for begin, end in sorted(marks):
        begin = max(begin, at)
        if end <= begin:
            continue
        pieces += [(text[at:begin], False), (text[begin:end], True)]
        at = end
    return [(piece, typed) for piece, typed in [*pieces, (text[at:], False)] if piece]


def _rows(entry: PolicyEntry) -> int:
    """About how many rows an entry takes on paper: longer ones are set smaller, so that one sheet holds them."""
    conditions = sum(1 + bool(c.hint) + len(c.text) // 30 for c in entry.conditions)
    lists = len(entry.materials) // 2 + len(entry.steps) + len(entry.counters)
    return len(entry.answer) // 35 + conditions + lists


def _groups(base: Base, topic: str) -> tuple[tuple[str, tuple[PolicyEntry, ...]], ...]:
    return tuple(group for group in base.by_topic if not topic or group[0] == topic)


def _version_asked(told: Told) -> PolicyEntry:
    asked = request.args.get("version", "")
    if not asked or asked == str(told.entry.version):
        return told.entry
    found = next((v.entry for v in told.versions if str(v.entry.version) == asked), None)
    if found is None:
        raise NotFound(f"“{told.entry.title}”没有这一版，请从下面列出的版本里选。", field="version")
    return found


def _steps(told: Told, who: Actor) -> list[Step]:
    """The versions with what changed; who changed them is for those who may change."""
    names = may(who, Action.EDIT_POLICIES)
    before = [*(v.entry for v in told.versions[1:]), None][: len(told.versions)]
    return [
        Step(
            version,
            (version.made_by_name or "系统") if names else "",
            changes_between(earlier, version.entry) if earlier else (),
        )
        for version, earlier in zip(told.versions, before, strict=True)
    ]
