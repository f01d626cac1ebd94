"""What the customer's templates are given: frozen objects that hold finished values only.

A view asks records for rows, builds one of these, and renders the template named in its docstring. Templates compute
nothing. Amounts are ``Money``, days are ``date``, moments are timezone-aware ``datetime``; the filters ``money``,
``day`` and ``moment`` write them in the customer's language. Texts are already in the customer's language unless a
field says that it is one of a list of codes, which the template turns into words.
"""
