"""The staff's front: one queue of the claims that need a person, and one page for each."""
