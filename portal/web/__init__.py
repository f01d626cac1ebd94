"""One front per audience. Fronts never import each other; what they share is below them."""
