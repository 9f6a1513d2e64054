"""The public surface's own small store: nothing in it but what its pages show and what was said there."""
