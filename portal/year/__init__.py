"""A year that was made is lived: customers report, policy judges, people decide, money moves, each at its own time.

The feed comes each night, and processes share the customers between the days. Everything goes through the services that
the web and the worker call, on a clock that jumps from one act to the next. It reads the database for itself, because
no page and no service looks at a claim as everybody around it does.
"""
