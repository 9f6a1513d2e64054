"""The service as processes: granian's workers, the job runner beside them, and the sentence when it answers."""

import contextlib
import ctypes
import errno
import gc
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mapsvc.config import SETTINGS, Settings
from mapsvc.errors import Broken, Usage

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from granian.server import MPServer

STOP_S = 30
ANSWER_S = 120
FOLLOW_S = 5.0
PUBLIC = "public"
RUNNER_PAUSE_S = (0.5, 30.0)
THREADS_PER_WORKER = 16
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Service:
    """What to serve, where.

    Attributes
    ----------
    surface : {"office", "field", "public"}
    tls_cert, tls_key : Path or None
        PEM files; both or neither.
    has_runner : bool
        Whether to run the job runner beside the workers.
    beside : Settings or None
        Of a public surface to be served beside, by a process of its own.
    """

    settings: Settings
    surface: str = "office"
    tls_cert: Path | None = None
    tls_key: Path | None = None
    has_runner: bool = True
    beside: Settings | None = None

    @property
    def address(self) -> str:
        """Where a browser on this machine finds it."""
        host = self.settings.host
        shown = "127.0.0.1" if host in ("0.0.0.0", "") else "[::1]" if host == "::" else host
        shown = f"[{shown}]" if ":" in shown and not shown.startswith("[") else shown
        return f"{'https' if self.tls_cert else 'http'}://{shown}:{self.settings.port}/"


def free_port(host: str, port: int) -> int:
    """`port` if nobody listens on it; 0 picks one.

    Raises
    ------
    Usage
        The port is taken or not allowed, or the machine has no such address.
    """
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(kind, socket.SOCK_STREAM) as probe:
        # Not SO_REUSEPORT: the workers share the port with it, so two services could as well.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Usage(f"没有权限用 {port} 端口，请换一个大于1024的，如 --port 8000。", field="port") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Broken(f"端口 {port} 已被别的程序占用，请换一个，如 --port {port + 1}。", field="port") from None
            raise Usage(f"本机没有 {host} 这个地址，请检查 --host。", field="host") from None
        return int(probe.getsockname()[1])


def serve(service: Service, on_ready: Callable[[], None], board_file: Path | None = None) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is being answered and stop.

    Raises
    ------
    Usage, Broken
        The port is taken, the certificate cannot be read.
    """
    _check_certificate(service)
    with tempfile.TemporaryDirectory(prefix="mapsvc-") as folder:
        server = _server(service, on_ready)
        loader = partial(load_app, service, board_file or Path(folder) / "meters", os.getpid())
        server.serve(target_loader=loader, wrap_loader=False)


def _check_certificate(service: Service) -> None:
    if bool(service.tls_cert) != bool(service.tls_key):
        raise Usage("--tls-cert 和 --tls-key 要一起给。", field="tls_cert")
    if service.tls_cert and service.tls_key:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(service.tls_cert, service.tls_key)
        except (OSError, ssl.SSLError) as error:
            raise Usage(
                f"证书 {service.tls_cert} 和私钥 {service.tls_key} 读不出来或不是一对：{error}", field="tls_cert"
            ) from None


def _server(service: Service, on_ready: Callable[[], None]) -> "MPServer":
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    watch = Watch(service, on_ready)

    class WatchedServer(Server):  # type: ignore[misc, valid-type]
        """Starts what stands beside the workers only after they are forked off."""

        def _spawn_workers(self, *args: Any, **kwargs: Any) -> None:
            super()._spawn_workers(*args, **kwargs)
            watch.start()

    settings = service.settings
    server = WatchedServer(
        "mapsvc",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=THREADS_PER_WORKER,
        backlog=1024,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_S,
        ssl_cert=service.tls_cert,
        ssl_key=service.tls_key,
    )
    server.on_shutdown(watch.stop)
    return server


def load_app(service: Service, board_file: Path, parent: int) -> "WSGIApplication":
    """Build the application inside a worker; its engines belong to this process."""
    die_with(parent)
    # What is made here stays for good: to look for garbage among it takes a tenth of the start.
    gc.disable()
    app = (_public_app if service.surface == PUBLIC else _office_app)(service, board_file)
    gc.freeze()
    gc.enable()
    return app


def _office_app(service: Service, board_file: Path) -> "WSGIApplication":
    from mapsvc.app import Application
    from mapsvc.operations.policy_samples import settle_policies
    from mapsvc.operations.seeding import settle_patches
    from mapsvc.operations.window_samples import settle_windows
    from mapsvc.operations.workspace import Workspace
    from mapsvc.web.meters import Board

    ws = Workspace.open(service.settings)
    settle_patches(ws)
    settle_policies(ws)
    settle_windows(ws)
    return Application(ws, service.surface, Board(board_file))


def _public_app(service: Service, board_file: Path) -> "WSGIApplication":
    from mapsvc.app import create_public_app
    from mapsvc.operations.surface.space import Space
    from mapsvc.web.meters import Board

    return create_public_app(Space.open(service.settings), board=Board(board_file))


def die_with(parent: int) -> None:
    """Ask the kernel to end this process when its parent is killed, so that no worker keeps the port."""
    # A fork takes the service's own handlers along, which would only note the signal.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        # It was killed before the kernel knew.
        os._exit(0)


class Watch:
    """Says when the service answers, and keeps the job runner running."""

    def __init__(self, service: Service, on_ready: Callable[[], None]) -> None:
        self._service, self._on_ready = service, on_ready
        self._stopping = threading.Event()
        self._runner: subprocess.Popen[bytes] | None = None
        self._beside: subprocess.Popen[bytes] | None = None
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin, once."""
        if not self._threads:
            wanted = [self._run, *([self._keep_beside] if self._service.beside else [])]
            self._threads = [threading.Thread(target=each, name="mapsvc-watch", daemon=True) for each in wanted]
            for thread in self._threads:
                thread.start()

    def stop(self) -> None:
        """End the job runner, giving it time to put its job down, and what is served beside."""
        self._stopping.set()
        running = [one for one in (self._runner, self._beside) if one is not None and one.poll() is None]
        for one in running:
            one.terminate()
        for one in running:
            try:
                one.wait(STOP_S)
            except subprocess.TimeoutExpired:
                one.kill()

    def _run(self) -> None:
        if self._answers():
            self._on_ready()
        if self._service.has_runner:
            self._keep_runner()

    def _answers(self) -> bool:
        settings = self._service.settings
        deadline = time.monotonic() + ANSWER_S
        while not self._stopping.wait(0.05) and time.monotonic() < deadline:
            if _asks(settings.host, settings.port, self._service.tls_cert is not None):
                return True
        return False

    def _keep_runner(self) -> None:
        pause_s, longest_s = RUNNER_PAUSE_S
        while not self._stopping.is_set():
            began = time.monotonic()
            self._runner = subprocess.Popen(runner_command(), env=_environment(self._service.settings))
            self._runner.wait()
            # One that lived for a while was well: begin anew at once.
            pause_s = RUNNER_PAUSE_S[0] if time.monotonic() - began > 60 else min(longest_s, pause_s * 2)
            self._stopping.wait(pause_s)

    def _keep_beside(self) -> None:
        # The thread stays for as long as the process it began: the kernel ends that one with it.
        assert self._service.beside is not None
        command = [sys.executable, "-c", f"from mapsvc.serving import run_beside; run_beside({os.getpid()})"]
        self._beside = subprocess.Popen(command, env=_environment(self._service.beside))
        self._beside.wait()


def runner_command() -> list[str]:
    """The command line of the job runner."""
    program = f"from mapsvc.serving import run_jobs; run_jobs({os.getpid()})"
    return [sys.executable, "-c", program]


def run_beside(parent: int) -> None:
    """A public surface's process, by the settings of its environment, until it is told to stop or `parent` is gone."""
    die_with(parent)
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    serve(Service(Settings.load(), PUBLIC, has_runner=False), on_ready=lambda: None)


def _follow(parent: int) -> None:
    """Be gone soon after `parent`, even if its death came while this was starting and the signal was not heeded."""
    while os.getppid() == parent:
        time.sleep(1.0)
    time.sleep(FOLLOW_S)
    os._exit(0)


def run_jobs(parent: int) -> None:
    """The job runner's process: takes jobs until it is told to stop or `parent` is gone."""
    die_with(parent)
    from mapsvc.jobs.runner import main

    main([])


def _environment(settings: Settings) -> dict[str, str]:
    """The settings as variables: what was given on the command line holds in the other process too."""
    return os.environ | {"MAPSVC_" + one.name.upper(): _text(getattr(settings, one.name)) for one in SETTINGS}


def _text(value: object) -> str:
    if isinstance(value, Path):
        return str(value.resolve())
    if isinstance(value, bool):
        return str(int(value))
    return "" if value is None else str(value)


def _asks(host: str, port: int, has_tls: bool) -> bool:
    target = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)
    try:
        with contextlib.ExitStack() as stack:
            plain = stack.enter_context(socket.create_connection((target, port), timeout=5))
            wire: socket.socket = plain
            if has_tls:
                # Our own certificate may name another host: this asks whether it answers, not who it is.
                unchecked = ssl.create_default_context()
                unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
                wire = stack.enter_context(unchecked.wrap_socket(plain))
            wire.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return wire.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False
