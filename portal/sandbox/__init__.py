"""The outside world in one process: a Stripe double with its own books, a mailbox and a warehouse.

For newcomers, demonstrations and tests. It refuses to start in production, and knows nothing of the portal's tables.
"""
