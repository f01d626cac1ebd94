"""What the product does: one use case a file, named by a verb; it opens the transaction and knows the actor."""
