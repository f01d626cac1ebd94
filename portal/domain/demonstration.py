"""What everybody knows of the demonstration's people, so it is no secret; production has none of these people."""

# Sixteen letters twice, as authenticators take a secret: base 32, 160 bits.
SECOND_FACTOR = "PUTITRIGHTKINDLYPUTITRIGHTKINDLY"
