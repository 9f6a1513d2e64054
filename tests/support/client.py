"""Fixtures of the web without a socket: Flask test clients, signed in by role, in front of the `workspace` fixture."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient

from tests.support.accounts import Signed, signed_in

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from mapsvc.operations.workspace import Workspace

_built: list[tuple[Flask, dict[str, Any]]] = []
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


class SignedClient(FlaskClient):
    """A browser without a screen: once signed in it sends cookie and, with unsafe requests, the CSRF token."""

    signed: Signed | None = None

    def sign_in(self, ws: Workspace, role: str, login: str = "") -> Signed:
        """Become a person of `role`."""
        self.signed = signed_in(ws, role, login)
        self.set_cookie("mapsvc", self.signed.cookie)
        return self.signed

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request; `csrf=False` leaves the token out."""
        carries_token = kwargs.pop("csrf", True)
        if self.signed and carries_token and str(kwargs.get("method", "GET")).upper() in UNSAFE:
            headers = dict(kwargs.pop("headers", None) or {})
            kwargs["headers"] = {"X-CSRF-Token": self.signed.csrf} | headers
        return super().open(*args, **kwargs)


@pytest.fixture
def app(workspace: Workspace) -> Flask:
    """The service in front of `workspace`.

    Built once for all tests of a process, since compiling some three hundred routes takes longer than most of them:
    whatever belongs to an office stands in its extensions, and those are as new each time.
    """
    from mapsvc.app import create_app
    from mapsvc.web import context, meters

    if not _built:
        made = create_app(workspace)
        made.test_client_class = SignedClient
        _built.append((made, dict(made.extensions)))
    made, extensions = _built[0]
    made.extensions.clear()
    made.extensions.update(extensions | {context.EXTENSION: workspace, meters.EXTENSION: meters.Board()})
    return made


ClientOf = Callable[..., SignedClient]


@pytest.fixture
def client_of(app: Flask, workspace: Workspace) -> ClientOf:
    """Make clients: `client_of("worker")`, `client_of("worker", login="小陈")`, `client_of(None)` for a stranger."""

    def make(role: str | None = "secretary", login: str = "") -> SignedClient:
        client = app.test_client()
        assert isinstance(client, SignedClient)
        if role:
            client.sign_in(workspace, role, login)
        return client

    return make


@pytest.fixture
def client(client_of: ClientOf) -> SignedClient:
    """A client signed in as secretary."""
    return client_of("secretary")


@pytest.fixture
def stranger(client_of: ClientOf) -> SignedClient:
    """A client nobody has signed in."""
    return client_of(None)
