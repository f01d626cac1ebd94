"""A policy as its customers read it: said from the table itself, so that what is told is what is done."""
