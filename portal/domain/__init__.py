"""What is true: money, problems, policy, claim moves, refund states, the book. No clock, query or text for people."""
