"""The Crash suite: real processes, stopped and cut off at named moments; afterwards the books agree."""
