"""The map of one office in one worker process: catalogue, page, snapshots, and answers to questions about layers."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.permissions import Action, require
from mapsvc.errors import Malformed
from mapsvc.maps import numbers
from mapsvc.maps.catalog import Catalog, load_catalog
from mapsvc.maps.kinds import KindStyles
from mapsvc.maps.manifest import Manifest
from mapsvc.maps.query import NAMES, Query, parse_query
from mapsvc.maps.snapshots import Snapshots
from mapsvc.maps.sources import SOURCES, Ask
from mapsvc.operations.cases import Picked
from mapsvc.operations.workspace import Workspace
from mapsvc.paths import shipped
from mapsvc.store import revisions
from mapsvc.store.issues import Wanted

if TYPE_CHECKING:
    from mapsvc.maps.page import PageParts

Args = Mapping[str, Sequence[str]]
"""Parameters of an address, each with all its values."""

# 121.4197, 31.2502: between the two shop streets, where they meet.
OPENS_AT = (121.4197, 31.2502)
OPENS_AT_ZOOM = 17
_GROUPS = ("whole", "layers")
_MOST_LAYERS = 40


@dataclass(frozen=True)
class Answer:
    """An answer that need not be made yet.

    Attributes
    ----------
    etag : str
        Layer, manifest, revision, scope and view in one; equal in all worker processes.
    make : callable
        Makes the body: UTF-8 JSON.
    """

    etag: str
    make: Callable[[], bytes]


class MapService:
    """Everything the map's routes need of an office; one per process."""

    def __init__(self, ws: Workspace) -> None:
        self.ws = ws
        self.snapshots = Snapshots()
        self._pages: dict[Role, PageParts] = {}

    @cached_property
    def _store(self) -> str:
        """Whose answers these are: two stores may stand at the same revisions."""
        return f"{self.ws.folder.resolve()} {self.ws.settings.database}"

    @cached_property
    def catalog(self) -> Catalog:
        """The layers, shipped and of the office; read once, a changed manifest counts from the next start."""
        return load_catalog(shipped("layers"), self.ws.settings.layers, SOURCES)

    @cached_property
    def kinds(self) -> KindStyles:
        """How the kinds of issue look."""
        return KindStyles.load((self.ws.settings.layers, shipped("layers")))

    def page(self, actor: Actor) -> "PageParts":
        """The page with the layers this actor's role may see; rendered once per role."""
        from mapsvc.maps.page import build_page

        require(actor, Action.SEE_MAP)
        if actor.role not in self._pages:
            self._pages[actor.role] = build_page(self.catalog.for_actor(actor), OPENS_AT, OPENS_AT_ZOOM)
        return self._pages[actor.role]

    def first_view(self, actor: Actor) -> dict[str, Any]:
        """What lets the page ask for features before any script is there: where the map opens, which layers are on."""
        layers = [m for m in self.catalog.for_actor(actor) if m.visible and m.min_zoom <= OPENS_AT_ZOOM <= m.max_zoom]
        kinds = self.kinds.describe(numbers.open_by_kind(self._ask({}, ())))
        return {
            "center": OPENS_AT,
            "zoom": OPENS_AT_ZOOM,
            "layers": [[m.id, m.url, m.draw] for m in layers],
            "kinds": {"items": kinds},
        }

    def several(self, actor: Actor, args: Args) -> Answer:
        """Features of several layers in one answer: `whole` are asked for without the box, `layers` with all the rest.

        Raises
        ------
        Forbidden, NotFound, Malformed
        """
        require(actor, Action.SEE_MAP)
        asked = {name: [i for part in args.get(name, ()) for i in part.split(",") if i] for name in _GROUPS}
        others = {name: values for name, values in args.items() if name not in _GROUPS}
        boxless = {name: values for name, values in others.items() if name != "bbox"}
        if len(asked["whole"]) + len(asked["layers"]) > _MOST_LAYERS:
            raise Malformed(f"一次最多问 {_MOST_LAYERS} 个图层。", field="layers", code="too_many")
        answers = {i: self.features(actor, i, boxless) for i in asked["whole"]}
        answers |= {i: self.features(actor, i, others) for i in asked["layers"]}
        tag = _digest(repr([(i, answer.etag) for i, answer in answers.items()]).encode())
        return Answer(tag, lambda: b'{"layers":{' + b",".join(_member(i, a.make()) for i, a in answers.items()) + b"}}")

    def manifests(self, actor: Actor) -> Answer:
        """The manifests this actor's role may see.

        Raises
        ------
        Forbidden
        """
        require(actor, Action.SEE_MAP)
        body = orjson.dumps({"layers": [layer.to_json() for layer in self.catalog.for_actor(actor)]})
        return Answer(_digest(body), lambda: body)

    def features(self, actor: Actor, layer_id: str, args: Args) -> Answer:
        """Features of one layer as GeoJSON.

        Raises
        ------
        Forbidden, NotFound, Malformed
        """
        require(actor, Action.SEE_MAP)
        manifest = self.catalog.layer(layer_id, actor.role)
        ask = self._ask(args, NAMES, manifest)
        source = SOURCES[manifest.source]
        key = (self._store, manifest.to_json(), source.version(ask))
        return Answer(_digest(repr(key).encode()), lambda: orjson.dumps(source.answer(ask)))

    def summary(self, actor: Actor, args: Args) -> Answer:
        """The three numbers of the panel, of all or in a box.

        Raises
        ------
        Forbidden, Malformed
        """
        require(actor, Action.SEE_MAP)
        ask = self._ask(args, ("bbox",))
        return self._numbers("summary", ask, ("issues", "shops"), lambda: numbers.summary(ask, actor))

    def open_kinds(self, actor: Actor, args: Args) -> Answer:
        """All kinds of issue with their marks and how many are open.

        Raises
        ------
        Forbidden, Malformed
        """
        require(actor, Action.SEE_MAP)
        ask = self._ask(args, ("bbox",))
        return self._numbers(
            "kinds", ask, ("issues",), lambda: {"items": self.kinds.describe(numbers.open_by_kind(ask))}
        )

    def due_first(self, actor: Actor, wanted: Wanted, states: Sequence[str], limit: int) -> Picked:
        """The first page of the list beside the map, as `operations.cases.list_cases` would find it.

        Raises
        ------
        Forbidden
        """
        require(actor, Action.SEE_MAP)
        query = Query(
            bbox=wanted.box,
            since=wanted.since,
            until=wanted.until,
            kinds=tuple(wanted.kinds),
            states=tuple(states),
            sources=tuple(wanted.sources),
        )
        return numbers.due_first(replace(self._ask({}, ()), query=query), limit)

    def weeks(self, actor: Actor, args: Args) -> Answer:
        """New issues per week.

        Raises
        ------
        Forbidden, Malformed
        """
        require(actor, Action.SEE_MAP)
        ask = self._ask(args, tuple(name for name in NAMES if name != "zoom"))
        layers = ("issues", "shops") if ask.query.workers else ("issues",)
        return self._numbers("weeks", ask, layers, lambda: numbers.weeks(ask))

    def _ask(self, args: Args, names: tuple[str, ...], manifest: Manifest | None = None) -> Ask:
        query = parse_query(args, names)
        with self.ws.read() as conn:
            now = revisions.read(conn)
        return Ask(self.ws, manifest, query, whole_minute(self.ws.clock()), now, self.snapshots)

    def _numbers(self, name: str, ask: Ask, layers: tuple[str, ...], make: Callable[[], dict[str, Any]]) -> Answer:
        key = (self._store, name, ask.revision(*layers), ask.query, ask.at)
        return Answer(_digest(repr(key).encode()), lambda: orjson.dumps(make()))


def whole_minute(at: datetime) -> datetime:
    """The as-of time of answers: a full minute, so that a minute's answers can be shared."""
    return at.replace(second=0, microsecond=0)


def _member(name: str, body: bytes) -> bytes:
    return orjson.dumps(name) + b":" + body


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:32]
