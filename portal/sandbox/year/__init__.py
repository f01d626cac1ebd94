"""Twelve months of a believable shop, made from an order feed: the same seed and feed make the same year.

Everything here is dice and sums over the given feed; nothing knows a table of ours. The year that comes of it is lived
in ``portal/year``, through the portal's own services.
"""
