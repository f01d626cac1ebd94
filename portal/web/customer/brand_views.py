"""The shop's colours as a stylesheet, because the content policy lets no style stand in a page."""

from flask import Response

from portal.letters.mail import Brand
from portal.web.shared.access import public
from portal.web.shared.means import toolkit

_SECONDS = 300


@public
def brand_css() -> Response:
    """Give the accent and the colour of text on it."""
    shop = toolkit().shop
    brand = Brand(shop.name, shop.logo_url, shop.accent, shop.origin, shop.reply_to)
    answer = Response(f":root {{ --accent: {shop.accent}; --accent-ink: {brand.on_accent}; }}\n", mimetype="text/css")
    answer.headers["Cache-Control"] = f"public, max-age={_SECONDS}"
    return answer
