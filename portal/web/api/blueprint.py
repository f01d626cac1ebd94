"""The addresses of the API."""

from flask import Blueprint

from portal.domain.errors import TooMany
from portal.services.answer_once import KeyUsedBefore
from portal.web.api import credit_views
from portal.web.api.faults import Fault, show_bad_request, show_fault, show_key_used, show_too_many, show_wrong_type

api = Blueprint("api", __name__, url_prefix="/api/v1")

api.add_url_rule("/credit/holds", view_func=credit_views.hold, methods=["POST"])
api.add_url_rule("/credit/holds/<hold_ref>", view_func=credit_views.read_hold, methods=["GET"])
api.add_url_rule("/credit/holds/<hold_ref>/capture", view_func=credit_views.capture, methods=["POST"])
api.add_url_rule("/credit/holds/<hold_ref>/release", view_func=credit_views.release, methods=["POST"])
api.add_url_rule("/credit/holds/<hold_ref>/give-back", view_func=credit_views.give_back, methods=["POST"])

api.register_error_handler(Fault, show_fault)
api.register_error_handler(TooMany, show_too_many)
api.register_error_handler(KeyUsedBefore, show_key_used)
api.register_error_handler(400, show_bad_request)
api.register_error_handler(415, show_wrong_type)
