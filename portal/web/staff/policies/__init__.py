"""Where policy is written, checked, reviewed and published, as a table."""
