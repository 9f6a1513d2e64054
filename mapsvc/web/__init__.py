"""Blueprints: parse, call an operation, render."""
