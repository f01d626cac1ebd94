"""The addresses of the customer's front."""

from flask import Blueprint, abort

from portal.web.customer import brand_views, sign_in_views
from portal.web.shared.access import customer as for_customers

customer = Blueprint("customer", __name__)
add = customer.add_url_rule


@for_customers
def not_there_yet(**_: str) -> str:
    """Answer for a page that is not there yet."""
    abort(404)


add("/brand.css", "brand_css", brand_views.brand_css)
add("/", "home", sign_in_views.home)
add("/sign-in", "ask_again", sign_in_views.ask_again)
add("/sign-in", "request_code", sign_in_views.request_code, methods=["POST"])
add("/sign-in/code", "code", sign_in_views.code)
add("/sign-in/code", "enter_code", sign_in_views.enter_code, methods=["POST"])
add("/sign-out", "sign_out", sign_in_views.sign_out, methods=["POST"])
add("/language", "choose_language", sign_in_views.choose_language, methods=["POST"])
add("/orders", "orders", not_there_yet)
add("/orders/<number>/report", "report", not_there_yet)
add("/credit", "credit", not_there_yet)
