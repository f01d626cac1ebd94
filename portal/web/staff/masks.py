"""Mailboxes as staff see them: enough to recognise, not enough to write to."""


def masked(mailbox: str) -> str:
    """Mask the part before the @, as in ``a…@example.com``."""
    local, _, domain = mailbox.partition("@")
    return f"{local[:1]}…@{domain}"
