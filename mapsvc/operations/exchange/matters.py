"""我的事 of each card, out of the office's store: of its own tenancy alone, in words for the merchant."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mapsvc.domain import matter_words
from mapsvc.domain.cards import Card
from mapsvc.domain.enquiries import Enquiry, EnquiryStep, StepKind
from mapsvc.domain.matter_words import SETTLED_FOR
from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.privacy import Leavers, mask_phones_in
from mapsvc.domain.surface import Matter
from mapsvc.operations.enquiry_became import became
from mapsvc.store import enquiries, issues, leavers, people, promises, shops, surface_items
from mapsvc.store.surface_items import REFUSED, TAKEN, SurfaceItem

MOST = 30
"""Lines on one card, the latest first."""
REFUSED_FOR = timedelta(days=14)
_OLDEST = timedelta(days=400)
_NOBODY = "店主"


def of_cards(
    conn: Connection, live: Sequence[Card], policies: Mapping[str, PolicyEntry], at: datetime
) -> dict[str, tuple[Matter, ...]]:
    """The matters of each live card's tenancy, by tenancy.

    Parameters
    ----------
    live : sequence of Card
        Of present tenancies.
    policies : mapping
        Entries in force by id: where an answer comes from.
    """
    tenancies = {card.tenancy_id: card.shop_id for card in live}
    owners = surface_items.cards_of_tenancies(conn, tenancies)
    texts = _Texts(conn, tenancies)
    found: dict[str, list[Matter]] = {tenancy: [] for tenancy in tenancies}
    for tenancy, matter in (
        *_asked(conn, tenancies, policies, texts, at),
        *_said(conn, owners, texts, at),
        *_promised(conn, tenancies, texts, at),
    ):
        found[tenancy].append(matter)
    return {tenancy: tuple(sorted(some, key=_latest)[:MOST]) for tenancy, some in found.items()}


def _latest(matter: Matter) -> tuple[bool, float, str]:
    return matter.is_over, -matter.at.timestamp(), matter.ref


def _asked(
    conn: Connection,
    tenancies: Mapping[str, str],
    policies: Mapping[str, PolicyEntry],
    texts: "_Texts",
    at: datetime,
) -> Iterable[tuple[str, Matter]]:
    asked = enquiries.of_cards(conn, tenancies, at - _OLDEST)
    steps = enquiries.steps_of(conn, [one.id for some in asked.values() for one in some if one.is_open])
    turned = became(conn, [one for some in asked.values() for one in some if one.is_turned])
    for tenancy, some in asked.items():
        for one in some:
            over_at = one.answered_at or one.closed_at
            is_thanks = one.answer is None and one.closed_at == one.asked_at
            work = turned.get(one.id, ())
            is_running = any(not part.is_over for part in work)
            if is_thanks or (over_at is not None and over_at < at - SETTLED_FOR and not is_running):
                continue
            hidden = texts.of(tenancy)
            yield (
                tenancy,
                matter_words.of_enquiry(
                    one,
                    mask_phones_in(hidden(one.text)),
                    hidden(one.answer or ""),
                    _source(one, policies),
                    at,
                    is_referred=_is_referred(steps.get(one.id, ())),
                    became="；".join(part.words for part in work),
                    is_running=is_running,
                ),
            )


def _said(conn: Connection, owners: Mapping[str, str], texts: "_Texts", at: datetime) -> Iterable[tuple[str, Matter]]:
    items = surface_items.of_cards(conn, owners, at - _OLDEST)
    reports = [item for item in items if item.outcome == TAKEN and item.kind == "report" and item.ref]
    found = issues.found_by_ids(conn, [item.ref for item in reports if item.ref])
    for item in reports:
        one = found.get(item.ref or "")
        is_old = one is not None and one.case.closed_at is not None and one.case.closed_at < at - SETTLED_FOR
        if one is not None and not is_old:
            tenancy = _tenancy(item, owners)
            title = mask_phones_in(texts.of(tenancy)(one.issue.description or ""))
            yield tenancy, matter_words.of_report(one.issue, one.case, title, at)
    for item in items:
        if item.outcome == REFUSED and item.said_at >= at - REFUSED_FOR:
            told = matter_words.of_refused(item.id, item.kind, item.reason or "", item.said_at)
            yield _tenancy(item, owners), told


def _promised(
    conn: Connection, tenancies: Mapping[str, str], texts: "_Texts", at: datetime
) -> Iterable[tuple[str, Matter]]:
    for tenancy, some in promises.of_tenancies(conn, tenancies, at - SETTLED_FOR).items():
        for one in some:
            yield tenancy, matter_words.of_promise(one, mask_phones_in(texts.of(tenancy)(one.text)), at)


def _tenancy(item: SurfaceItem, owners: Mapping[str, str]) -> str:
    return owners[item.card_id or ""]


def _is_referred(steps: Sequence[EnquiryStep]) -> bool:
    last = next((s.kind for s in reversed(steps) if s.kind in (StepKind.REFERRED, StepKind.REPLIED)), None)
    return last is StepKind.REFERRED


def _source(one: Enquiry, policies: Mapping[str, PolicyEntry]) -> str | None:
    entry = policies.get(one.policy_id or "")
    if entry is None:
        return None
    day = entry.source_date
    return f"{entry.source}，{day.year}年{day.month}月{day.day}日"


class _Texts:
    """Texts about a door without the name or number of anybody who runs or ran it; people are read when first asked."""

    def __init__(self, conn: Connection, tenancies: Mapping[str, str]) -> None:
        self._conn, self._tenancies = conn, tenancies
        self._known: dict[str, tuple[Leavers, Leavers]] = {}

    def of(self, tenancy: str) -> "_Hidden":
        """How texts of this tenancy's door are shown."""
        shop = self._tenancies[tenancy]
        if shop not in self._known:
            run = shops.tenancies(self._conn, shop)
            here = people.by_ids(self._conn, (t.merchant_id for t in run)).values()
            known = Leavers.of((p.name for p in here), (p.phone for p in here if p.phone))
            self._known[shop] = known, leavers.of_shops(self._conn, [shop]).get(shop) or Leavers()
        return _Hidden(*self._known[shop])


class _Hidden:
    def __init__(self, here: Leavers, left: Leavers) -> None:
        self._here, self._left = here, left

    def __call__(self, text: str) -> str:
        return self._here.hide(self._left.hide(text), _NOBODY)
