"""/healthz and /metrics: for those who watch the service."""

from flask import Blueprint, Response, current_app, jsonify

from mapsvc import __version__
from mapsvc.operations.office import health
from mapsvc.web import meters
from mapsvc.web.context import workspace

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answers 200 when the store can be read."""
    state = health(workspace())
    answer = jsonify({"status": "ok", "revision": state.revision, "version": __version__})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/metrics")
def metrics() -> Response:
    """Counts and latencies as Prometheus reads them."""
    state = health(workspace())
    gauges = {
        "mapsvc_jobs": {f'state="{name}"': n for name, n in sorted(state.jobs.items())},
        "mapsvc_revision": {"": state.revision},
    }
    return Response(meters.text(meters.meter_of(current_app), gauges), content_type="text/plain; version=0.0.4")
