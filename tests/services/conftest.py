"""What tests of services share. A session-wide fixture that each file imported anew would be made for each file."""

from tests.support.shop import sandbox, shop, shop_engine
from tests.support.web import app, clock, web_app, web_clock

__all__ = ["app", "clock", "sandbox", "shop", "shop_engine", "web_app", "web_clock"]
