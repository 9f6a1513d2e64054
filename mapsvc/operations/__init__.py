"""What people do: one function per act, each in one transaction."""
