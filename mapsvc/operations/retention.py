"""The daily clearing up: old before-images, ended sessions and jobs, files nobody points to."""

from datetime import timedelta

from mapsvc.domain.times import office_day
from mapsvc.operations import photos
from mapsvc.operations.workspace import Workspace
from mapsvc.store import accounts, enquiries, jobs, retention, rosters, topic_choices

JOBS_KEPT = timedelta(days=30)
ATTEMPTS_KEPT = timedelta(days=1)
NICKNAMES_KEPT = timedelta(days=14)
"""After their slot is over: those who came are thanked by then."""
CONTACTS_KEPT = timedelta(days=90)
"""After an enquiry is over: nobody rings back any more."""


WISHES_KEPT = timedelta(days=30)
"""After the tenancy ended, or after they were taken back: as long as a change of hands may still be undone."""


def clear_up(ws: Workspace) -> dict[str, int]:
    """Remove what is kept for a time only; how many of each."""
    now = ws.clock()
    with ws.write() as conn:
        accounts.remove_expired(conn, now, now - ATTEMPTS_KEPT)
        images = retention.forget_before_images(conn, now - timedelta(days=ws.settings.undo_days))
        ended = jobs.forget_before(conn, now - JOBS_KEPT)
        enquiries.forget_contacts(conn, now - CONTACTS_KEPT)
        topic_choices.forget(conn, now - WISHES_KEPT, office_day(now - WISHES_KEPT))
        rosters.forget_names(conn, office_day(now - NICKNAMES_KEPT))
    swept = photos.sweep(ws)
    return {"before_images": images, "jobs": ended, "photos": swept.removed, "photos_missing": len(swept.missing)}
