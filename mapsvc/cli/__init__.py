"""The command line: one file per group of commands, each loading what it needs when it runs."""

from mapsvc.cli.entry import main

__all__ = ["main"]
