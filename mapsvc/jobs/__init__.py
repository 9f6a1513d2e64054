"""The runner process and what it runs."""
