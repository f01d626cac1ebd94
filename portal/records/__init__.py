"""What we keep: mapped classes, constraints, sessions, queries by subject, the books and the outbox. Nothing commits here."""
