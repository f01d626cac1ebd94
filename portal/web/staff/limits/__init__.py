"""Lists, budgets, and what limits held back, as staff see them."""
