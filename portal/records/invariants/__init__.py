"""What must hold, whatever happened: one file for each family, each invariant a query that gives what breaks it."""
