"""Letters over the network: the certificate checked, no redirect followed, every failure one sentence."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from mapsvc.errors import Usage
from mapsvc.operations.exchange import network
from mapsvc.operations.exchange.letters import CONTENT_TYPE
from mapsvc.operations.exchange.network import Post, Unreachable
from tests.support.server import free_port

Answer = Callable[[BaseHTTPRequestHandler], object]


class Outside:
    """A web server that answers as a test wants."""

    def __init__(self, answer: Answer, trust: ssl.SSLContext | None = None) -> None:
        self.seen: list[tuple[str, str, bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.seen.append((self.path, self.headers["Content-Type"], body))
                answer(self)

            def log_message(self, *_: object) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        if trust:
            self.server.socket = trust.wrap_socket(self.server.socket, server_side=True)
        scheme = "https" if trust else "http"
        self.url = f"{scheme}://127.0.0.1:{self.server.server_port}"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))

    def __enter__(self) -> Outside:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()


def saying(status: int, body: bytes = b"", **headers: str) -> Answer:
    """Answer so."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """A certificate of our own for 127.0.0.1, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=public.example"]
    named = ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*made, *named, "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    yield cert, key


def server_side(pem: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pem)
    return context


def test_a_letter_goes_out_and_its_answer_comes_back() -> None:
    with Outside(saying(200, b"answer")) as outside:
        assert Post(outside.url + "/")(b"letter") == b"answer"
        assert outside.seen == [("/exchange", CONTENT_TYPE, b"letter")]


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    with Outside(saying(200, b"answer")) as outside:
        assert Post(outside.url)(b"letter") == b"answer"


@pytest.mark.parametrize(
    ("status", "word"),
    [(404, "MAPSVC_SURFACE_KEY"), (409, "两个办公室"), (413, "代理"), (403, "代理"), (500, "500"), (507, "507")],
)
def test_a_refusal_says_what_to_look_at(status: int, word: str) -> None:
    with Outside(saying(status)) as outside, pytest.raises(Unreachable, match=word):
        Post(outside.url)(b"letter")


def test_no_redirect_is_followed() -> None:
    with Outside(saying(200, b"stolen")) as other:
        with Outside(saying(307, Location=other.url + "/exchange")) as outside, pytest.raises(Unreachable):
            Post(outside.url)(b"letter")
        assert other.seen == []


def test_an_answer_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "LARGEST", 1000)
    with Outside(saying(200, b"x" * 5000)) as outside, pytest.raises(Unreachable, match="太大"):
        Post(outside.url)(b"letter")


def test_nobody_there_and_no_answer_in_time_are_said() -> None:
    with pytest.raises(Unreachable, match="没有开着"):
        Post(f"http://127.0.0.1:{free_port()}")(b"letter")
    waiting = threading.Event()
    with Outside(lambda _: bool(waiting.wait(5))) as outside:
        with pytest.raises(Unreachable, match="及时"):
            Post(outside.url, timeout_s=0.2)(b"letter")
        waiting.set()
    with pytest.raises(Unreachable, match="连不上"):
        Post("https://nowhere.invalid")(b"letter")


def test_a_certificate_that_nobody_vouches_for_is_refused_and_ones_own_can_be_named(pem: tuple[Path, Path]) -> None:
    with Outside(saying(200, b"answer"), server_side(pem)) as outside:
        with pytest.raises(Unreachable, match="证书"):
            Post(outside.url)(b"letter")
        assert outside.seen == []
        assert Post(outside.url, pem[0])(b"letter") == b"answer"


def test_a_certificate_for_another_name_is_refused(pem: tuple[Path, Path]) -> None:
    with Outside(saying(200, b"answer"), server_side(pem)) as outside:
        other_name = outside.url.replace("127.0.0.1", "localhost")
        with pytest.raises(Unreachable, match="证书"):
            Post(other_name, pem[0])(b"letter")


@pytest.mark.parametrize(
    "url", ["", "public.example", "ftp://public.example", "http://public.example", "http://" + "10.0.0.8", "https://"]
)
def test_an_address_that_cannot_be_or_has_no_tls_is_refused(url: str) -> None:
    with pytest.raises(Usage):
        Post(url)


def test_a_certificate_file_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    for file in ("ca.pem", "missing.pem"):
        with pytest.raises(Usage, match="证书文件"):
            Post("https://public.example", tmp_path / file)
