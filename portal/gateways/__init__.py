"""The doors to the world outside: Stripe, mail, the warehouse, the photo folder. Their errors become ours here."""
