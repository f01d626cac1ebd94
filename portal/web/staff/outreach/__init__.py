"""Outreaches, as staff see and move them."""
