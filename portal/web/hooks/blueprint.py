"""The addresses at which machines tell us what has happened."""

from flask import Blueprint

from portal.web.hooks import prevention_views, stripe_views, warehouse_views

hooks = Blueprint("hooks", __name__, url_prefix="/hooks")

hooks.add_url_rule("/stripe", "stripe", stripe_views.hear_stripe, methods=["POST"])
hooks.add_url_rule("/warehouse", "warehouse", warehouse_views.hear_warehouse, methods=["POST"])
hooks.add_url_rule("/prevention", "prevention", prevention_views.hear_prevention, methods=["POST"])
