"""`python -m mapsvc.jobs`: the runner as a process of its own."""

from mapsvc.jobs.runner import main

if __name__ == "__main__":
    main()
