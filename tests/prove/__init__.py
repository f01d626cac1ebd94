"""``make prove``: the two suites that show that money moves exactly once, whatever breaks; see docs/prove.md."""
