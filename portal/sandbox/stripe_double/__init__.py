"""A double of Stripe's API as far as the portal speaks it, with books of its own.

Shapes follow Stripe's published OpenAPI description; ``tests/gateways`` validates them against it.
"""

API_VERSION = "2026-10-28.endive"
