"""Patterns: which vendors, lanes, carriers and their pairs fail more often than usual, found without crying wolf."""
