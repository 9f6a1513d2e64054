"""红色响应: one act on a serious case that calls together who answers for the door, and when they came."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from mapsvc.domain.register import RegisterEntry
from mapsvc.domain.times import OFFICE_ZONE
from mapsvc.errors import Conflict, FieldProblem, Refused

MOST_TEXT = 500
MOST_PARTIES = 12
_MOST_NAME, _MOST_PHONE = 60, 40


class PartyRole(StrEnum):
    """Who is called."""

    COMMITTEE = "committee"
    PROPERTY = "property"
    OWNERS_COMMITTEE = "owners_committee"
    OWNER = "owner"
    MERCHANT = "merchant"
    OTHER = "other"


PARTY_ROLE_NAMES: dict[PartyRole, str] = {
    PartyRole.COMMITTEE: "居委会",
    PartyRole.PROPERTY: "物业",
    PartyRole.OWNERS_COMMITTEE: "业委会",
    PartyRole.OWNER: "业主",
    PartyRole.MERCHANT: "商户",
    PartyRole.OTHER: "其他",
}
PRIVATE_ROLES = frozenset({PartyRole.OWNER, PartyRole.MERCHANT, PartyRole.OTHER})
"""Parties that are persons: their names and numbers are shown to those who may see people."""


@dataclass(frozen=True)
class Party:
    """Somebody who was called; `register_id` is the entry it was filled from."""

    id: str
    response_id: str
    role: PartyRole
    name: str
    phone: str | None = None
    register_id: str | None = None
    arrived_at: datetime | None = None
    note: str | None = None

    def minutes_after(self, called_at: datetime) -> int | None:
        """Whole minutes from the call to the arrival; None while nobody came."""
        return int((self.arrived_at - called_at).total_seconds() // 60) if self.arrived_at else None


@dataclass(frozen=True)
class Response:
    """One 红色响应, open until it is stood down; `first_contact_at` is when an attempt first reached somebody."""

    id: str
    case_id: str
    reason: str
    called_at: datetime
    called_by: str | None = None
    first_contact_at: datetime | None = None
    stood_down_at: datetime | None = None
    stood_down_by: str | None = None
    outcome: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.stood_down_at is None


@dataclass(frozen=True)
class Called:
    """A party as it is put on the list."""

    role: PartyRole
    name: str
    phone: str | None = None
    register_id: str | None = None


def from_register(entry: RegisterEntry | None) -> tuple[Called, ...]:
    """Whom the register names for a door: committee, company with its duty phone, owners' committee."""
    if entry is None:
        return ()
    owners = entry.owners_committee or ""
    # Ledgers write in this column whether there is one at all.
    owners = entry.building or entry.doors if owners == "已成立" else owners
    named = (
        (PartyRole.COMMITTEE, entry.residents_committee, None),
        (PartyRole.PROPERTY, entry.property_company, entry.duty_phone),
        (PartyRole.OWNERS_COMMITTEE, _as_committee(owners), None),
    )
    return tuple(Called(role, name, phone, entry.id) for role, name, phone in named if name)


def _as_committee(said: str) -> str:
    if said in ("", "无", "没有", "筹备中", "未成立", "组建中", "/", "-"):
        return ""
    return said if said.endswith("业委会") or "业主委员会" in said else f"{said}业委会"


def require_callable(
    reason: str, parties: tuple[Called, ...], called_at: datetime, since: datetime, now: datetime
) -> None:
    """Raise Refused beside the fields of a call that cannot be; `since` is when the case was reported."""
    found = []
    if not reason.strip():
        found.append(FieldProblem("reason", "reason_missing", "请写为什么要发起红色响应。"))
    elif len(reason) > MOST_TEXT:
        found.append(FieldProblem("reason", "too_long", f"最多写{MOST_TEXT}个字，现在有{len(reason)}个。"))
    if not parties:
        found.append(FieldProblem("parties", "nobody", "请至少召集一方。"))
    elif len(parties) > MOST_PARTIES:
        found.append(FieldProblem("parties", "too_many", f"一次最多召集{MOST_PARTIES}方。"))
    found += [p for called in parties for p in _wrong_party(called)]
    found += _wrong_time("called_at", "召集", called_at, since, now)
    if found:
        raise Refused(found[0].message, code=found[0].code, problems=found)


def _wrong_party(called: Called) -> list[FieldProblem]:
    if not called.name.strip():
        return [FieldProblem("parties", "no_name", f"{PARTY_ROLE_NAMES[called.role]}的名称没有填。")]
    if len(called.name) > _MOST_NAME or len(called.phone or "") > _MOST_PHONE:
        told = f"“{called.name[:10]}”的名称或电话太长，名称最多{_MOST_NAME}个字，电话最多{_MOST_PHONE}个。"
        return [FieldProblem("parties", "too_long", told)]
    return []


def _wrong_time(field: str, what: str, at: datetime, since: datetime, now: datetime) -> list[FieldProblem]:
    # A form knows minutes only.
    if at < since.replace(second=0, microsecond=0):
        return [FieldProblem(field, "before_report", f"{what}的时间不能早于{moment_text(since)}，请改时间。")]
    if at > now:
        return [FieldProblem(field, "in_future", f"{what}的时间不能晚于现在，请改时间。")]
    return []


def require_time(field: str, what: str, at: datetime, since: datetime, now: datetime) -> None:
    """Raise Refused beside `field` unless `at` lies between `since` and `now`."""
    for problem in _wrong_time(field, what, at, since, now):
        raise Refused(problem.message, field=problem.field, code=problem.code)


def arrive(party: Party, response: Response, at: datetime, now: datetime) -> Party:
    """The party, there since `at`; an arrival may be put right while the response goes on.

    Raises
    ------
    Conflict
        The response was stood down.
    Refused
        Before the call, or in the future.
    """
    require_open(response)
    require_time("arrived_at", "到场", at, response.called_at, now)
    return replace(party, arrived_at=at)


def stand_down(response: Response, at: datetime, by: str | None, outcome: str) -> Response:
    """The response, ended; raises Conflict if it was before, Refused without an outcome."""
    require_open(response)
    if not outcome.strip():
        raise Refused("解除响应要写明结果。", field="outcome", code="outcome_missing")
    if len(outcome) > MOST_TEXT:
        raise Refused(f"最多写{MOST_TEXT}个字，现在有{len(outcome)}个。", field="outcome", code="too_long")
    return replace(response, stood_down_at=at, stood_down_by=by, outcome=outcome.strip())


def require_open(response: Response) -> None:
    """Raise Conflict when the response was stood down."""
    if response.stood_down_at is not None:
        told = f"这次红色响应已在{moment_text(response.stood_down_at)}解除，要接着办请重新发起。"
        raise Conflict(told, code="stood_down")


def moment_text(at: datetime) -> str:
    """``11月20日 14:05`` by the office's zone."""
    local = at.astimezone(OFFICE_ZONE)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
