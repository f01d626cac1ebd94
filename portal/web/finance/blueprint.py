"""The addresses of finance's front."""

from flask import Blueprint

from portal.web.finance import balance_views, cost_views, period_views, recovery_views

finance = Blueprint("finance", __name__, url_prefix="/finance")
add = finance.add_url_rule

add("/", "costs", cost_views.costs)
add("/costs.csv", "cost_file", cost_views.cost_file)
add("/periods", "periods", period_views.periods)
add("/periods/<month>", "period", period_views.period)
add("/periods/<month>", "close_period", period_views.close, methods=["POST"])
add("/batches/<ref>", "batch", period_views.batch)
add("/batches/<ref>.csv", "batch_file", period_views.file)
add("/reconcile", "balance", balance_views.balance)
add("/reconcile", "compare", balance_views.compare, methods=["POST"])
add("/recoveries", "recoveries", recovery_views.listing)
add("/recoveries", "record_recovery", recovery_views.record, methods=["POST"])
add("/recoveries/<ref>/book", "book_recovery", recovery_views.book, methods=["POST"])
add("/recoveries/<ref>/drop", "drop_recovery", recovery_views.drop, methods=["POST"])
add("/recoveries/<ref>/doubt", "doubt_recovery", recovery_views.doubt, methods=["POST"])
add("/recoveries/<ref>/<act>", "recovery_again", recovery_views.back)
