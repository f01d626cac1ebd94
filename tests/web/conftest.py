"""Every test of a page may ask for the portal, a browser and the clock."""

from tests.support.web import app, client, clock, web_app, web_clock

__all__ = ["app", "client", "clock", "web_app", "web_clock"]
