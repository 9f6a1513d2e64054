"""常用回复: words to answer with, added, changed and retired by those who answer."""

from dataclasses import replace

from mapsvc.domain import topics
from mapsvc.domain.actors import Actor
from mapsvc.domain.enquiries import LONGEST_ANSWER, ReplyTemplate
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, enquiries

LONGEST_TITLE, MOST = 40, 60


def list_templates(ws: Workspace, actor: Actor) -> tuple[ReplyTemplate, ...]:
    """Those in use, by title. Raises Forbidden."""
    _require(actor)
    with ws.read() as conn:
        return tuple(enquiries.templates(conn))


def put_template(
    ws: Workspace, actor: Actor, template_id: str, title: str, text: str, topic: str | None = None
) -> ReplyTemplate:
    """Add one, or change the one with this id; the same again changes nothing.

    Raises
    ------
    Forbidden
    Refused
        No title or words, too many, an unknown topic.
    Conflict
        It was retired.
    """
    _require(actor)
    at = to_second(ws.clock())
    name, said = " ".join(title.split()), text.strip()
    if not name or len(name) > LONGEST_TITLE:
        raise Refused(f"起个名字，最多{LONGEST_TITLE}个字。", field="title", code="title_missing")
    if not said or len(said) > LONGEST_ANSWER:
        raise Refused(f"写上要回复的话，最多{LONGEST_ANSWER}个字。", field="text", code="text_missing")
    if topic and topic not in topics.NAMES:
        raise Refused("没有这个主题，请从列出来的里面选。", field="topic", code="unknown_topic")
    with ws.write() as conn:
        before = enquiries.template_by_id(conn, template_id)
        if before is not None and before.retired_at is not None:
            raise Conflict("这条常用回复已经不用了。", code="retired")
        if before is None and len(enquiries.templates(conn)) >= MOST:
            raise Refused(f"常用回复最多{MOST}条，请先去掉不用的。", field="title", code="too_many")
        after = ReplyTemplate(
            template_id, name, said, before.made_at if before else at, topic or None,
            before.made_by if before else actor.person_id,
        )  # fmt: skip
        if after != before:
            enquiries.put_template(conn, after)
            audit.append(conn, actor, "put_template", "reply_template", template_id, before, after, at)
    return after


def retire_template(ws: Workspace, actor: Actor, template_id: str, *, is_back: bool = False) -> ReplyTemplate:
    """No longer offered, or offered again (`is_back`); the same again changes nothing. Raises NotFound, Forbidden."""
    _require(actor)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = enquiries.template_by_id(conn, template_id)
        if before is None:
            raise NotFound("没有这条常用回复，请刷新后再看。", field="template", code="unknown_template")
        if (before.retired_at is None) is is_back:
            return before
        after = replace(before, retired_at=None if is_back else at)
        enquiries.put_template(conn, after)
        audit.append(conn, actor, "retire_template", "reply_template", template_id, before, after, at)
    return after


def _require(actor: Actor) -> None:
    require(actor, Action.ANSWER_ENQUIRY, actor.person_id)
