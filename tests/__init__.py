"""The tests, by room; see the table in architecture terms in README.md."""
