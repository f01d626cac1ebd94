"""Tasks, sweeps and commands: a loop around one service and a summary line. No logic."""
