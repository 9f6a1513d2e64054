"""`/desk`: today at the office."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__)
