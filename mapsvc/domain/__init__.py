"""Nouns and rules of the street block; standard library only, no clock, no request, no SQL."""
