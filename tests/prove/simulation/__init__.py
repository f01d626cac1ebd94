"""The simulation: one seed drives a virtual clock, customers, staff, worker steps, and Stripe with its faults."""
