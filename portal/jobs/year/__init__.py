"""A year that was made is lived: customers report, policy judges, people decide, money moves, each at its own time.

Everything goes through the services that the web and the worker call, on a clock that jumps from one act to the next.
"""
