"""The inside's half of the exchange: what is laid out for the public surface, and taking in what was said there."""
