"""/w/{token} on the public surface: an order as it was laid out, and the answers put in the outbox."""

from flask import Blueprint

blueprint = Blueprint("public_orders", __name__)
