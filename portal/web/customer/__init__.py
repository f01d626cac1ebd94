"""The customer's front: say what went wrong, read the apology, choose how it is put right, follow it to the end."""
