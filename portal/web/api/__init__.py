"""What the shop's own systems call, with an API key: the checkout side of store credit. See docs/credit-api.md."""
