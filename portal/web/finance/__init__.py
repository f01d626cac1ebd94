"""Finance's front: what every remedy cost, read from the journal alone."""
