"""What breaks the invariants of parts: a refund, a credit, a price or a payment that says another amount of one."""

from string import Template

_PART = Template("""
    UPDATE refunds SET parts = jsonb_set(parts, ARRAY[(SELECT key FROM jsonb_each(parts)), '$name'], '[$minor]')
    WHERE ref = 'RFD-B5'
""")


def _part(name: str, minor: int) -> str:
    """Let a refund say that it gives so much of a part of its unit."""
    return _PART.substitute(name=name, minor=minor)


# Each line was one unit: 8000 less 500, with 500 tax, and 1900 shipping with 100 tax. All of it went back.
PARTS = (
    ("M10", _part("tax", 499)),
    ("M10", _part("discount", 499)),
    ("M10", "UPDATE remedies SET credit_parts = '{}' WHERE ref = 'RM1-B6'"),
    ("M16", _part("goods", 8001)),
    ("M16", _part("discount", 501)),
    ("M16", _part("tax", 501)),
    ("M16", _part("shipping", 1901)),
    ("M16", _part("shipping_tax", 101)),
    ("M16", _part("tax", -1)),
    ("M16", "UPDATE refunds SET state = 'succeeded'"),
    # The prices are said to include what was asked for on top of them, so every line gave more tax than it had.
    ("M16", "UPDATE order_lines SET tax_included = true, tax_minor = 10"),
    ("M16", "UPDATE payments SET amount_minor = 9000"),
    ("M16", "UPDATE refunds SET parts = jsonb_build_object('0', '{\"units\": [1], \"tax\": [1]}'::jsonb)"),
    ("M17", _part("tax", 601)),
    ("M17", _part("shipping", 2000)),
    ("M17", _part("goods_surplus", 1)),
    ("M17", "UPDATE order_lines SET tax_minor = 0, unit_price_minor = 8500"),
)
