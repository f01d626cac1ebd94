"""Where Stripe and the warehouse call us: stored first, answered fast, applied later."""
