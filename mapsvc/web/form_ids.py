"""Ids that forms carry, so that a form sent twice makes one thing."""

import re
from uuid import uuid4

from flask import request

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def form_id(name: str = "id") -> str:
    """The id that the form brought, or a fresh one to put into it."""
    sent = request.form.get(name, "")
    return sent if _UUID.fullmatch(sent) else str(uuid4())
