"""Builds the page objects of the customer's front from records: one file for each part of a page, no decisions."""
