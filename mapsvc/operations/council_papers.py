"""The sheet of a council: minutes, agreement to sign, or the way out with what to bring; without anybody's number."""

from collections.abc import Sequence

from mapsvc.domain.actors import Actor
from mapsvc.domain.councils import CouncilState
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.domain.tasks import moment_text
from mapsvc.domain.times import office_day
from mapsvc.operations.council_views import CouncilView, PartyView, get_council
from mapsvc.operations.workspace import Workspace
from mapsvc.papers.agreement import AgreementPaper, write_agreement

_CLOSING = "以上各条是各方自愿商定的，签字后各自照办；有变动请先告诉主持人，大家再商量。"


def paper_of(ws: Workspace, actor: Actor, council_id: str) -> AgreementPaper:
    """What stands on the sheet; never what was said alone.

    Raises
    ------
    NotFound, Forbidden
    """
    view = get_council(ws, actor, council_id)
    council = view.council
    is_agreed = council.state is CouncilState.AGREED or (council.state is None and bool(council.agreement))
    present = [p for p in view.parties if p.party.is_present] or list(view.parties)
    return AgreementPaper(
        "三方议事会协议" if is_agreed else "三方议事会记录",
        view.number,
        view.place,
        ws.clock(),
        tuple((name, mask_phones_in(words)) for name, words in _facts(view, present) if words),
        tuple((_who(p), mask_phones_in(p.claim), mask_phones_in(p.offer)) for p in view.parties if p.claim or p.offer),
        tuple(_agreed(view)),
        _way_out(view),
        _CLOSING if is_agreed else "",
        (*(_who(p) for p in present), *_staff(view)) if is_agreed or council.state is CouncilState.HELD else (),
    )


def document_of(ws: Workspace, actor: Actor, council_id: str) -> bytes:
    """The same as .docx; raises as `paper_of`."""
    return write_agreement(paper_of(ws, actor, council_id))


def _who(party: PartyView) -> str:
    return mask_phones_in(f"{party.role_name}（{party.name}）")


def _staff(view: CouncilView) -> tuple[str, ...]:
    return (f"调解员（{view.mediator}）", "主持人") if view.mediator else ("主持人",)


def _facts(view: CouncilView, present: Sequence[PartyView]) -> list[tuple[str, str]]:
    council = view.council
    there = "、".join(_who(p) for p in present) or (council.attendees or "")
    facts = [
        ("时间", f"{office_day(council.held_at).year}年{moment_text(council.held_at)}"),
        ("地点", council.venue or ""),
        ("请的人" if council.state is CouncilState.PLANNED else "到场", there),
        ("勘查", council.survey or ""),
        ("症结", council.root_cause or ""),
    ]
    if council.state is None:
        facts += [("主张", council.claims or ""), ("议定", council.agreement or "")]
    return [*facts, ("结果", council.result or "")]


def _agreed(view: CouncilView) -> list[tuple[str, str, str, str]]:
    names = {p.party.id: _who(p) for p in view.parties}
    lines = [line for line in view.items if not line.task.cancelled_at]
    lines.sort(key=lambda line: line.task.step_no or 0)
    return [
        (
            names.get(line.task.party_id or "", line.who),
            mask_phones_in(line.text),
            line.amount,
            moment_text(line.task.due_at) if line.task.due_at else "",
        )
        for line in lines
    ]


def _way_out(view: CouncilView) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if view.guide is None or view.way_out is None:
        return ()
    return (
        (f"{view.way_out}是什么", (view.guide.meaning,)),
        ("要带什么", view.guide.bring),
        ("然后", (view.guide.then,)),
    )
