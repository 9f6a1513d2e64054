"""Answers that are shared: ETag, If-None-Match, and bodies compressed once and kept while there is room."""

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import brotli
from flask import Response, request

_ROOM_BYTES = 64 * 1024 * 1024
# Above 5 brotli takes several times as long for a few per cent.
_BROTLI_QUALITY = 5
_GZIP_LEVEL = 6
# What is sent once is packed in a millisecond.
_QUICK_BROTLI, _QUICK_GZIP = 5, 6
_SMALLEST = 512


@dataclass(frozen=True)
class Body:
    """A body in the form it is sent most: brotli; other forms are made from it when somebody asks."""

    plain_bytes: int
    packed: bytes

    @classmethod
    def of(cls, plain: bytes, quality: int = _BROTLI_QUALITY) -> "Body":
        """Compress once."""
        return cls(len(plain), brotli.compress(plain, mode=brotli.MODE_TEXT, quality=quality))

    @property
    def plain(self) -> bytes:
        """As it was before packing."""
        plain: bytes = brotli.decompress(self.packed)
        return plain

    @cached_property
    def gzipped(self) -> bytes:
        """For clients without brotli, such as browsers on plain HTTP."""
        return gzip.compress(self.plain, _GZIP_LEVEL, mtime=0)

    @property
    def size(self) -> int:
        """Bytes kept."""
        return len(self.packed) + len(self.__dict__.get("gzipped", b""))


class BodyCache:
    """Bodies by ETag, the least recently used dropped when over `room` bytes."""

    def __init__(self, room: int = _ROOM_BYTES) -> None:
        self.room = room
        self._bodies: OrderedDict[str, Body] = OrderedDict()
        self._guard = threading.Lock()

    def __len__(self) -> int:
        return len(self._bodies)

    def get(self, etag: str, make: Callable[[], bytes], quality: int = _BROTLI_QUALITY) -> Body:
        """The body of that ETag, made and compressed if it is not kept."""
        with self._guard:
            found = self._bodies.get(etag)
            if found is not None:
                self._bodies.move_to_end(etag)
                return found
        body = Body.of(make(), quality)
        with self._guard:
            self._bodies[etag] = body
            self._shrink()
        return body

    def _shrink(self) -> None:
        kept = sum(body.size for body in self._bodies.values())
        while kept > self.room and len(self._bodies) > 1:
            kept -= self._bodies.popitem(last=False)[1].size


_cache = BodyCache()


def page_answer(page: str) -> Response:
    """A page for one reader, compressed; only for pages that repeat nothing of the request, for they hold a token."""
    response = Response(mimetype="text/html")
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    _fill_once(response, page.encode())
    return response


def reader_answer(body: bytes, status: int = 200, mimetype: str = "application/json") -> Response:
    """An answer about one reader at one moment: compressed, kept by nobody."""
    response = Response(status=status, mimetype=mimetype)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Vary"] = "Accept-Encoding, Cookie, Authorization"
    _fill_once(response, body)
    return response


def shared_answer(
    etag: str,
    make: Callable[[], bytes],
    mimetype: str = "application/json",
    cache: BodyCache = _cache,
    quality: int = _BROTLI_QUALITY,
) -> Response:
    """Answer 304 if the client has it, else the kept body in the best encoding the client takes.

    Parameters
    ----------
    etag : str
        Names the content; equal in all worker processes.
    make : callable
        Makes the plain body; called only if it is neither at the client nor kept.
    mimetype : str
    cache : BodyCache
    quality : int
        Of brotli, up to 11: what changes with an update only is worth a tenth of a second.
    """
    response = Response(mimetype=mimetype)
    # The tag names the content, not its encoding: weak.
    response.set_etag(etag, weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Accept-Encoding, Cookie, Authorization"
    if request.if_none_match.contains_weak(etag):
        response.status_code = 304
        return response
    _fill(response, cache.get(etag, make, quality))
    return response


def _fill_once(response: Response, plain: bytes) -> None:
    """As `_fill`, for a body that is sent this once."""
    accepted = request.accept_encodings
    if len(plain) < _SMALLEST:
        response.data = plain
    elif accepted["br"] > 0:
        packed = brotli.compress(plain, mode=brotli.MODE_TEXT, quality=_QUICK_BROTLI)
        response.data, response.headers["Content-Encoding"] = packed, "br"
    elif accepted["gzip"] > 0:
        response.data, response.headers["Content-Encoding"] = gzip.compress(plain, _QUICK_GZIP, mtime=0), "gzip"
    else:
        response.data = plain


def _fill(response: Response, body: Body) -> None:
    accepted = request.accept_encodings
    if body.plain_bytes < _SMALLEST:
        response.data = body.plain
    elif accepted["br"] > 0:
        response.data, response.headers["Content-Encoding"] = body.packed, "br"
    elif accepted["gzip"] > 0:
        response.data, response.headers["Content-Encoding"] = body.gzipped, "gzip"
    else:
        response.data = body.plain
