"""Benchmarks against peers and limits; each prints one table."""
