"""The bench: what the portal costs, as ratios to a bare floor measured in the same run."""
