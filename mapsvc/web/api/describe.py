"""What each endpoint takes and gives, kept at the view for /api/v1/openapi.json."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from mapsvc.web.api.parsing import Field, Spec, schema_of

View = TypeVar("View", bound=Callable[..., Any])
Schema = Mapping[str, Any]

_MARK = "__described__"


@dataclass(frozen=True)
class Description:
    """An endpoint in words.

    Attributes
    ----------
    summary : str
        One line, Chinese.
    query, request : mapping of name to Field
        As the view parses them.
    responses : mapping of status to JSON schema
    problems : tuple of int
        Statuses answered as problem+json.
    media : str
        How `request` is sent.
    """

    summary: str
    tag: str = ""
    query: Mapping[str, Field] = field(default_factory=dict)
    request: Mapping[str, Field] | None = None
    responses: Mapping[int, Schema] = field(default_factory=dict)
    problems: tuple[int, ...] = ()
    media: str = "application/json"


def describe(
    summary: str,
    *,
    tag: str = "",
    query: Spec | None = None,
    request: Spec | None = None,
    responses: Mapping[int, Schema] | None = None,
    problems: tuple[int, ...] = (),
    media: str = "application/json",
) -> Callable[[View], View]:
    """Mark a view with its description; stands below the route decorator."""

    def mark(view: View) -> View:
        told = Description(summary, tag, query or {}, request, responses or {200: {"type": "object"}}, problems, media)
        setattr(view, _MARK, told)
        return view

    return mark


def description_of(view: Callable[..., Any]) -> Description | None:
    """What `describe` said of a view."""
    found = getattr(view, _MARK, None)
    return found if isinstance(found, Description) else None


def operation_of(told: Description) -> dict[str, Any]:
    """The OpenAPI operation object of a description, path parameters left to the server."""
    operation: dict[str, Any] = {"summary": told.summary}
    if told.tag:
        operation["tags"] = [told.tag]
    if told.query:
        operation["parameters"] = [
            {"name": name, "in": "query", "required": one.required, "schema": dict(one.schema)}
            for name, one in told.query.items()
        ]
    if told.request is not None:
        content = {told.media: {"schema": schema_of(told.request)}}
        operation["requestBody"] = {"required": True, "content": content}
    operation["responses"] = {
        str(status): {"description": "", "content": {"application/json": {"schema": dict(schema)}}}
        for status, schema in told.responses.items()
    }
    for status in sorted({400, 401, 403, *told.problems}):
        problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        operation["responses"][str(status)] = {"description": "", "content": problem}
    return operation


def listing(item: Schema, **more: Schema) -> dict[str, Any]:
    """The schema of a page of items."""
    following = {"type": ["string", "null"]}
    return {"type": "object", "properties": {"items": {"type": "array", "items": item}, "next": following, **more}}


def thing(**properties: Schema) -> dict[str, Any]:
    """The schema of an object with these members."""
    return {"type": "object", "properties": properties}


TEXT: Schema = {"type": "string"}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
NUMBER: Schema = {"type": "number"}
MAYBE_NUMBER: Schema = {"type": ["number", "null"]}
WHOLE: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
MAYBE_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
POSITION = thing(lon=MAYBE_NUMBER, lat=MAYBE_NUMBER, source=MAYBE_TEXT, error_m=MAYBE_NUMBER)
