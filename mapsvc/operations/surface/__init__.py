"""What is done on the public surface, in its own small store; the office's store is out of reach here."""
