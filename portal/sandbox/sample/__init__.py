"""The demonstration shop: the invented Casa Aurora, about two hundred orders with everything that can go wrong in them.

The CSV files of orders, payments and stock are what is imported. They are written by
``python -m portal.sandbox.sample.write``, which gives the same files every time. Every person, place and mailbox in
them is invented.
"""
