"""The addresses of the staff's front."""

from flask import Blueprint

from portal.web.staff import sign_in_views

staff = Blueprint("staff", __name__, url_prefix="/staff")
add = staff.add_url_rule

add("/sign-in", "sign_in", sign_in_views.sign_in)
add("/sign-in", "enter", sign_in_views.enter, methods=["POST"])
add("/sign-out", "sign_out", sign_in_views.sign_out, methods=["POST"])
