"""`python -m mapsvc.cli`."""

from mapsvc.cli import main

main()
