"""Letters over the network: one POST to the public surface, its certificate checked, no proxy, no redirect."""

import ipaddress
import ssl
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

from mapsvc.errors import MapsvcError, Usage
from mapsvc.operations.exchange.letters import CONTENT_TYPE, LARGEST

TIMEOUT_S = 30.0
_HOW = "请检查网络，过一会儿会自动再试。"
_REFUSALS = {
    403: "公网页面不让连（403）；请检查前面的代理设置。",
    404: "公网页面不认这封信：两边的 MAPSVC_SURFACE_KEY 要一样，网址要对。",
    409: "公网页面收过更新的信；可能有两个办公室在用同一把钥匙，请检查。",
    413: "信太大，公网页面没有收；请把前面代理的大小上限放到40兆。",
}


class Unreachable(MapsvcError):
    """The public surface cannot be reached, or does not answer as one."""

    code = "surface_unreachable"


class _NoRedirect(HTTPRedirectHandler):
    """A letter goes where it was meant to go, or nowhere."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""
        return None


class Post:
    """Carries letters to one address.

    Parameters
    ----------
    url : str
        Of the public surface: https, or http on this very machine.
    ca_file : Path, optional
        Who vouches for its certificate, where that is the office's own; else whom the system trusts.

    Raises
    ------
    Usage
        An address that cannot be one, or one without TLS.
    """

    def __init__(self, url: str, ca_file: Path | None = None, timeout_s: float = TIMEOUT_S) -> None:
        self._url = _checked(url) + "/exchange"
        self._timeout_s = timeout_s
        try:
            trust = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
        except (OSError, ssl.SSLError) as error:
            raise Usage(f"证书文件 {ca_file} 读不出来：{error}", field="surface_ca") from None
        self._opener = build_opener(ProxyHandler({}), _NoRedirect(), HTTPSHandler(context=trust))

    def __call__(self, raw: bytes) -> bytes:
        """Carry a letter out and bring the answer back; raises Unreachable."""
        asked = Request(self._url, raw, {"Content-Type": CONTENT_TYPE, "User-Agent": "mapsvc"}, method="POST")
        try:
            with self._opener.open(asked, timeout=self._timeout_s) as answer:
                return _read(answer)
        except HTTPError as error:
            with error:
                told = _REFUSALS.get(error.code, f"公网页面答复 {error.code}，没有交换成。{_HOW}")
            raise Unreachable(told) from None
        except URLError as error:
            raise Unreachable(_why(error.reason)) from None
        except (OSError, HTTPException) as error:
            raise Unreachable(_why(error)) from None


def _read(answer: HTTPResponse | IO[bytes]) -> bytes:
    content = answer.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Unreachable("公网页面的回信太大，没有收。")
    return content


def _checked(url: str) -> str:
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise Usage(f"公网页面的网址“{url[:80]}”看不懂，请写成 https://example.org 这样的。", field="surface_url")
    if parts.scheme == "http" and not _is_here(parts.hostname):
        raise Usage("公网页面的网址要用 https：信里有店家说的话，不能明着传。请给公网页面配证书。", field="surface_url")
    return url.strip().rstrip("/")


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _why(reason: object) -> str:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return (
            f"公网页面的证书没通过检查（{reason.verify_message}）；请换有效的证书，或用 MAPSVC_SURFACE_CA 指定签发者。"
        )
    if isinstance(reason, TimeoutError):
        return f"公网页面没有及时答复。{_HOW}"
    if isinstance(reason, ConnectionRefusedError):
        return f"公网页面没有开着（连接被拒绝）。{_HOW}"
    told = getattr(reason, "strerror", None) or reason or "没有答复"
    return f"连不上公网页面（{told}）。{_HOW}"
