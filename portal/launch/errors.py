"""What can stop a launch, each with a sentence for the person at the keyboard."""


class CannotStart(Exception):
    """Something that we need is not there; the message says what, and what to do."""
