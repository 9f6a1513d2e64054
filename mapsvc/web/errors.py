"""How a failure is told: problem+json to programs, a page in Chinese to people."""

from http import HTTPStatus
from urllib.parse import urlsplit

import orjson
from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.errors import MapsvcError, NotSignedIn

TITLES: dict[int, str] = {
    400: "看不懂这个请求",
    401: "请先登录",
    403: "这件事要别人来做",
    404: "没有找到",
    405: "不能这样做",
    409: "和别人的改动碰上了",
    413: "太大了",
    415: "不收这种格式",
    422: "有一处要改",
    429: "请等一会儿",
    500: "程序出错了",
    507: "磁盘满了",
}
_FALLBACK = "请返回上一页重试；一直这样请找管理员。"


def wants_json() -> bool:
    """Whether the asker is a program: the API, or a script of a page that asks for JSON."""
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def answer(status: int, error: MapsvcError) -> AnyResponse:
    """The response for `error`."""
    if wants_json():
        return _problem(status, error)
    if isinstance(error, NotSignedIn) and error.code != "dead_link" and request.method == "GET":
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    again = url_for("accounts.sign_in", next=_page_before()) if isinstance(error, NotSignedIn) else None
    title = TITLES.get(status, "出错了")
    page = render_template("error.html", status=status, title=title, message=str(error), again=again)
    return _with_wait(Response(page, status, mimetype="text/html"), error)


def _page_before() -> str:
    """The page of this service that a form was sent from."""
    before = urlsplit(request.referrer or "")
    return before.path if before.netloc == request.host and before.path.startswith("/") else "/"


def _problem(status: int, error: MapsvcError) -> Response:
    document = {
        "type": "about:blank",
        "title": TITLES.get(status, HTTPStatus(status).phrase),
        "status": status,
        "detail": str(error),
        "code": error.code,
        "errors": [{"field": p.field, "code": p.code, "message": p.message} for p in error.problems],
        **error.extra,
    }
    body = orjson.dumps(document, default=str)
    response = Response(body, status, mimetype="application/problem+json", headers={"Cache-Control": "no-store"})
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return _with_wait(response, error)


def _with_wait(response: Response, error: MapsvcError) -> Response:
    wait = error.extra.get("retry_after_s")
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def plain(status: int) -> MapsvcError:
    """The error for a status the framework found."""
    sentences = {
        400: "请求的内容读不出来，请检查后重试。",
        404: "这个地址上没有东西，可能写错了或者已经挪走。",
        405: "这个地址不接受这样的操作。",
        413: "传上来的内容太大了，请缩小或分批后再传。",
        415: "请求内容的格式不对，请用 JSON 或表单。",
    }
    codes = {400: "malformed", 404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "unsupported"}
    return MapsvcError(sentences.get(status, _FALLBACK), code=codes.get(status, "failed"))
