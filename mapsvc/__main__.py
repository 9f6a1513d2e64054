"""`python -m mapsvc`."""

from mapsvc.cli import main

main()
