"""Dice that fall the same way for the same name."""

import random


def dice_of(*name: str | int) -> random.Random:
    """Give dice of their own to whatever has this name."""
    return random.Random("/".join(str(part) for part in name))
