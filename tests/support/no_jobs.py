"""`mapsvc` without the runner of jobs beside the service: `python -m tests.support.no_jobs ARGS…`.

A runner takes a core for what no page waits for: it clears up, counts and publishes as soon as it is there.
"""

from mapsvc import serving
from tests.support.shared_work import share_work


def leave_jobs() -> None:
    """The service of this process starts no runner; what is queued stays queued."""
    serving.Watch._keep_runner = lambda self: None  # type: ignore[method-assign]


if __name__ in {"__main__", "__mp_main__"}:
    # Where workers are started anew they run this file once more, under the second name.
    share_work()
    if __name__ == "__main__":
        from mapsvc.cli import main

        leave_jobs()
        main()
