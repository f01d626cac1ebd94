"""The interface for other machines: the checkout that spends store credit."""
