"""Which test proves which invariant, input, fault and bug, and the table of it."""
