"""Stripe, mail, warehouse, photos: provider errors become ours here. No queries, no decisions."""
