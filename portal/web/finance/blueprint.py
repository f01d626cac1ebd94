"""The addresses of finance's front."""

from flask import Blueprint

from portal.web.finance import cost_views

finance = Blueprint("finance", __name__, url_prefix="/finance")
add = finance.add_url_rule

add("/", "costs", cost_views.costs)
add("/costs.csv", "cost_file", cost_views.cost_file)
