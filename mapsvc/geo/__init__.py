"""Where things are: datums, metres, streets, addresses, patches and vector files."""
