"""Pictures of every page of each front, to be looked at: ``make pictures``."""
