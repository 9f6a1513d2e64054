"""The one tree of errors; the HTTP status of each kind stands in one table in app.py."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one field, for RFC 9457 `errors`."""

    field: str
    code: str
    message: str


class MapsvcError(Exception):
    """Base of every expected failure; its text is one Chinese sentence that says what to do.

    Parameters
    ----------
    message : str
        Shown to the person as it stands.
    field : str, optional
        The input the message is about; becomes the only entry of `problems` when none are given.
    code : str, optional
        Stable short name for programs, e.g. ``unknown_shop``.
    problems : sequence of FieldProblem, optional
        Several problems at once.
    extra : dict, optional
        Further members of the problem document, e.g. the legal moves.
    """

    code = "failed"

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        code: str | None = None,
        problems: tuple[FieldProblem, ...] | list[FieldProblem] = (),
        extra: dict[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        if code:
            self.code = code
        self.problems = tuple(problems) or ((FieldProblem(field, self.code, message),) if field else ())
        self.extra = extra or {}


class Malformed(MapsvcError):
    """The input cannot be read at all (400)."""

    code = "malformed"


class NotSignedIn(MapsvcError):
    """Nobody is signed in (401)."""

    code = "not_signed_in"


class Forbidden(MapsvcError):
    """This person may not do this (403)."""

    code = "forbidden"


class NotFound(MapsvcError):
    """There is no such thing (404)."""

    code = "not_found"


class Conflict(MapsvcError):
    """Illegal move or stale version (409)."""

    code = "conflict"


class TooLarge(MapsvcError):
    """The input is over a limit (413)."""

    code = "too_large"


class Unsupported(MapsvcError):
    """The input is of a kind that is not taken (415)."""

    code = "unsupported"


class Refused(MapsvcError):
    """The input was understood and breaks a rule (422)."""

    code = "refused"


class TooMany(MapsvcError):
    """Too many attempts for now (429)."""

    code = "too_many"


class NoSpace(MapsvcError):
    """The disk is full (507)."""

    code = "no_space"


class Usage(MapsvcError):
    """Wrong use of the command line (exit code 2)."""

    code = "usage"


class Broken(MapsvcError):
    """The store or an installation part is damaged or missing (500, exit code 1)."""

    code = "broken"
