"""Statistics over arrays: patterns, matched comparisons, policy replay. No queries, no decisions."""
