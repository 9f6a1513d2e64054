"""政策进商铺 as it is shown: the list; one with its doors, what it would take, how far it came, what followed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.campaign_effects import AskedAfter, Reached
from mapsvc.domain.campaigns import (
    CLOSED_WORDS,
    OPEN_REASONS,
    CallFor,
    Campaign,
    CampaignShop,
    CampaignState,
    Coming,
    DoorReason,
    day_words,
)
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.policy_windows import Opening
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.domain.times import office_day
from mapsvc.operations.campaign_calls import forecast
from mapsvc.operations.campaign_effects import asked_after, counted, reached
from mapsvc.operations.campaigns import find_campaign
from mapsvc.operations.policies import all_kept, entries_in_force
from mapsvc.operations.policy_windows import openings
from mapsvc.operations.workspace import Workspace
from mapsvc.store import campaigns as store
from mapsvc.store import shops
from mapsvc.store.campaigns import Premises

AHEAD_DAYS = 200
"""So far ahead windows are offered for a new campaign."""


@dataclass(frozen=True)
class CampaignLine:
    """A campaign in a list, as it stands today."""

    campaign: Campaign
    state: CampaignState
    reached: Reached


@dataclass(frozen=True)
class CampaignList:
    """Campaigns that run, drafts and those that are over, each the latest first."""

    running: tuple[CampaignLine, ...]
    drafts: tuple[CampaignLine, ...]
    over: tuple[CampaignLine, ...]
    may_run: bool


@dataclass(frozen=True)
class DoorLine:
    """A shop on the street and what the campaign has to do with it.

    Attributes
    ----------
    door : CampaignShop or None
        None: it never was in.
    coming : Coming or None
        How it will hear of it, where it waits.
    has_left : bool
        It was told, or was to be, to people who run the shop no longer.
    may_read : bool
        Whether who looks may know what its people chose or asked.
    """

    at: Premises
    door: CampaignShop | None
    coming: Coming | None
    has_left: bool
    may_tell: bool
    may_read: bool

    @property
    def reason(self) -> DoorReason | None:
        """Why it is in; None for who may not know what its people chose or asked."""
        return self.door.reason if self.door is not None and (self.may_read or self._is_open) else None

    @property
    def why(self) -> str:
        """The same in words."""
        if self.door is None:
            return ""
        return self.door.reason_text if self.reason is not None else CLOSED_WORDS

    @property
    def _is_open(self) -> bool:
        return self.door is not None and self.door.reason in OPEN_REASONS

    @property
    def is_in(self) -> bool:
        """Whether it counts: it was told, or its people are there still to be told."""
        return self.door is not None and self.door.is_in and (self.door.told_at is not None or not self.has_left)

    @property
    def is_told(self) -> bool:
        """Whether it was told."""
        return self.is_in and self.door is not None and self.door.told_at is not None

    @property
    def when(self) -> str:
        """How it comes to hear of it, in words."""
        if self.coming is None or self.coming.next_on is None:
            return ""
        day = day_words(self.coming.next_on)
        if self.coming.call is CallFor.DUE:
            return f"{day}前后本来就要走"
        if self.coming.call is CallFor.EXTRA:
            return f"走访要到{day}，窗口先关，专门去一趟"
        return f"走访要到{day}，这次轮不到"


@dataclass(frozen=True)
class CampaignView:
    """One campaign with everything its page says.

    Attributes
    ----------
    lines : tuple of DoorLine
        Every shop that somebody runs, or that was told, in the order of the street.
    entry : PolicyEntry or None
        What it brings along.
    after : AskedAfter or None
        What was asked afterwards; None: too soon.
    """

    campaign: Campaign
    state: CampaignState
    lines: tuple[DoorLine, ...]
    reached: Reached
    entry: PolicyEntry | None
    after: AskedAfter | None
    may_run: bool
    may_undo: bool

    @property
    def inside(self) -> tuple[DoorLine, ...]:
        """Doors it is for."""
        return tuple(line for line in self.lines if line.is_in)

    @property
    def taken_out(self) -> tuple[DoorLine, ...]:
        """Doors that were taken out by hand, or whose people left."""
        return tuple(line for line in self.lines if line.door is not None and not line.is_in)

    @property
    def by_reason(self) -> tuple[tuple[DoorReason, int], ...]:
        """How many doors are in for each reason, the strongest first."""
        counts = Counter(line.door.reason for line in self.inside if line.door is not None)
        return tuple((reason, counts[reason]) for reason in DoorReason if counts[reason])

    def waiting(self, call: CallFor) -> tuple[DoorLine, ...]:
        """Doors that wait and hear of it in this way."""
        return tuple(line for line in self.inside if line.coming is not None and line.coming.call is call)

    @property
    def told(self) -> tuple[DoorLine, ...]:
        """Doors that were told."""
        return tuple(line for line in self.inside if line.is_told)


@dataclass(frozen=True)
class Choices:
    """What a new campaign can be about: entries in force, windows open or to come."""

    entries: tuple[PolicyEntry, ...]
    openings: tuple[Opening, ...]


def list_campaigns(ws: Workspace, actor: Actor) -> CampaignList:
    """All campaigns by how they stand today. Raises Forbidden."""
    require(actor, Action.SEE_CAMPAIGN)
    day = office_day(ws.clock())
    with ws.read() as conn:
        every = store.every(conn)
        doors = _by_campaign(store.doors(conn, [one.id for one in every]))
        present = {one.shop_id: one.tenancy_id for one in store.premises(conn)}
        lines = [
            CampaignLine(
                _shown(one), one.state_on(day),
                reached(conn, one, counted(doors.get(one.id, ()), present), ws.settings.visit_interval_days),
            )
            for one in every
        ]  # fmt: skip
    of = {state: tuple(line for line in lines if line.state is state) for state in CampaignState}
    return CampaignList(
        of[CampaignState.RUNNING], of[CampaignState.DRAFT], of[CampaignState.OVER], may(actor, Action.RUN_CAMPAIGN)
    )


def get_campaign(ws: Workspace, actor: Actor, campaign_id: str) -> CampaignView:
    """One campaign with its doors.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.SEE_CAMPAIGN)
    at, interval = ws.clock(), ws.settings.visit_interval_days
    day = office_day(at)
    with ws.read() as conn:
        campaign = find_campaign(conn, campaign_id)
        doors = store.doors(conn, [campaign_id])
        state = campaign.state_on(day)
        waits = forecast(conn, campaign, doors, day, interval) if state is not CampaignState.OVER else {}
        every = store.along_the_street(conn)
        present = {one.shop_id: one.tenancy_id for one in every if one.is_run}
        was_told = {door.shop_id for door in doors if door.told_at is not None}
        known = [one for one in every if one.is_run or one.shop_id in was_told]
        workers = shops.workers_of(conn, [one.shop_id for one in known], day)
        owners = {shop_id: person.id for shop_id, person in workers.items()}
        after = asked_after(conn, campaign, doors, day) if state is not CampaignState.DRAFT else None
        far = reached(conn, campaign, counted(doors, present), interval)
        return CampaignView(
            _shown(campaign), state, _lines(actor, known, doors, waits, owners),
            far, _entry(conn, campaign), after, may(actor, Action.RUN_CAMPAIGN),
            may(actor, Action.RUN_CAMPAIGN) and _may_undo(campaign, doors, at),
        )  # fmt: skip


def choices(ws: Workspace, actor: Actor) -> Choices:
    """What a new campaign can be about. Raises Forbidden."""
    require(actor, Action.RUN_CAMPAIGN)
    day = office_day(ws.clock())
    with ws.read() as conn:
        return Choices(entries_in_force(conn, day), openings(conn, day, AHEAD_DAYS))


def _entry(conn: Connection, campaign: Campaign) -> PolicyEntry | None:
    if campaign.policy_id is None:
        return None
    return next((kept.entry for kept in all_kept(conn) if kept.entry.id == campaign.policy_id), None)


def _may_undo(campaign: Campaign, doors: Sequence[CampaignShop], at: datetime) -> bool:
    return campaign.may_undo_start(at) and not any(door.told_at for door in doors)


def _lines(
    actor: Actor,
    known: Sequence[Premises],
    doors: Sequence[CampaignShop],
    waits: Mapping[str, Coming],
    owners: Mapping[str, str],
) -> tuple[DoorLine, ...]:
    there = {door.shop_id: door for door in doors}
    return tuple(
        DoorLine(
            at, door := there.get(at.shop_id), waits.get(at.shop_id),
            door is not None and door.tenancy_id != at.tenancy_id,
            may(actor, Action.TELL_CAMPAIGN, owners.get(at.shop_id)),
            may(actor, Action.SEE_ENQUIRIES, owners.get(at.shop_id)),
        )
        for at in known
    )  # fmt: skip


def _by_campaign(doors: Sequence[CampaignShop]) -> dict[str, list[CampaignShop]]:
    found: dict[str, list[CampaignShop]] = {}
    for door in doors:
        found.setdefault(door.campaign_id, []).append(door)
    return found


def _shown(one: Campaign) -> Campaign:
    return replace(one, title=mask_phones_in(one.title), words=mask_phones_in(one.words))
