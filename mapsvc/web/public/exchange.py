"""POST /exchange: the door for the inside's letters."""

from flask import Blueprint

blueprint = Blueprint("public_exchange", __name__)
