"""Amends, a self-service remedy portal: a problem reported, an apology, and it is put right."""
