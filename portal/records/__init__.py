"""What we keep: mapped classes, constraints, sessions, queries by subject, books, outbox. Nothing commits here."""
