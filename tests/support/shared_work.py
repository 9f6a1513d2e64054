"""Work done once for all services of the tests, each of which starts anew: templates compiled, files compressed."""

import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import brotli
from flask.templating import Environment
from jinja2 import FileSystemBytecodeCache

KEPT = Path(__file__).resolve().parents[2] / ".pytest_cache" / "services"
LEAST_QUALITY = 9
"""What is compressed less thoroughly is compressed as fast as it is read."""


def share_work() -> None:
    """From now on this process takes what others made; what has changed since is made anew."""
    KEPT.mkdir(parents=True, exist_ok=True)
    made, compress = Environment.__init__, brotli.compress

    def sharing(self: Environment, *args: Any, **options: Any) -> None:
        made(self, *args, **{"bytecode_cache": FileSystemBytecodeCache(str(KEPT))} | options)

    def compressed(plain: bytes, **options: Any) -> bytes:
        if options.get("quality", 11) < LEAST_QUALITY:
            return bytes(compress(plain, **options))
        kept = KEPT / f"{sha256(plain + repr(options).encode()).hexdigest()}.br"
        if not kept.exists():
            (aside := kept.with_suffix(f".{os.getpid()}")).write_bytes(compress(plain, **options))
            aside.replace(kept)
        return kept.read_bytes()

    Environment.__init__ = sharing  # type: ignore[method-assign]
    brotli.compress = compressed
