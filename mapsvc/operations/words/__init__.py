"""Words of the timeline, a file per noun: what an event says, from its own table."""
