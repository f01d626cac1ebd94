"""The addresses of the customer's front."""

from flask import Blueprint

from portal.web.customer import (
    again_views,
    brand_views,
    claim_views,
    conversation_views,
    credit_views,
    follow_up_views,
    orders_views,
    outreach_views,
    photo_views,
    promise_views,
    remedy_views,
    report_views,
    sign_in_views,
    withdrawal_views,
)

customer = Blueprint("customer", __name__)
add = customer.add_url_rule


add("/brand.css", "brand_css", brand_views.brand_css)
add("/", "home", sign_in_views.home)
add("/sign-in", "begin_again", sign_in_views.begin_again)
add("/sign-in", "request_code", sign_in_views.request_code, methods=["POST"])
add("/sign-in/code", "code", sign_in_views.code)
add("/sign-in/code", "enter_code", sign_in_views.enter_code, methods=["POST"])
add("/sign-out", "sign_out", sign_in_views.sign_out, methods=["POST"])
add("/language", "choose_language", sign_in_views.choose_language, methods=["POST"])

add("/orders", "orders", orders_views.orders)
add("/orders/<number>/report", "report", report_views.report)
add("/orders/<number>/report", "send_report", report_views.send_report, methods=["POST"])

add("/orders/<number>/sent-again/<parcel>/report", "report_again", again_views.report_again)
add("/orders/<number>/sent-again/<parcel>/report", "send_report_again", again_views.send_report_again, methods=["POST"])

add("/how-we-make-things-right", "promise", promise_views.promise)

add("/withdraw", "withdrawal", withdrawal_views.withdraw)
add("/withdraw", "check_withdrawal", withdrawal_views.check_withdrawal, methods=["POST"])
add("/withdraw/confirm", "withdraw_again", withdrawal_views.withdraw_again)
add("/withdraw/confirm", "confirm_withdrawal", withdrawal_views.confirm_withdrawal, methods=["POST"])
add("/withdraw/<ref>", "withdrawn", withdrawal_views.withdrawn)
_withdraw = "/orders/<number>/withdraw"
add(_withdraw, "withdraw_order", withdrawal_views.withdraw_order)
add(_withdraw, "check_order_withdrawal", withdrawal_views.check_order_withdrawal, methods=["POST"])
add(f"{_withdraw}/confirm", "withdraw_order_again", withdrawal_views.withdraw_order_again)
add(f"{_withdraw}/confirm", "confirm_order_withdrawal", withdrawal_views.confirm_order_withdrawal, methods=["POST"])

add("/claims/<ref>", "claim", claim_views.claim)
add("/claims/<ref>/status", "claim_status", claim_views.claim_status)
add("/claims/<ref>/accept", "accept", remedy_views.accept, methods=["POST"])
add("/claims/<ref>/withdraw", "withdraw", claim_views.withdraw, methods=["POST"])
add("/claims/<ref>/correct", "correct", report_views.correct)
add("/claims/<ref>/correct", "send_correction", report_views.send_correction, methods=["POST"])
add("/claims/<ref>/talk", "talk", conversation_views.talk, methods=["POST"])
add("/claims/<ref>/answer", "answer", conversation_views.answer, methods=["POST"])
add("/claims/<ref>/ask-person", "ask_person", conversation_views.ask_person, methods=["POST"])
add("/claims/<ref>/ask-again", "ask_again", conversation_views.ask_again, methods=["POST"])
add("/claims/<ref>/photos", "add_photos", photo_views.add_photos, methods=["POST"])
add("/claims/<ref>/photos/<photo>", "photo", photo_views.photo)

add("/claims/<ref>/made-right", "say_on_claim", follow_up_views.say_on_claim, methods=["POST"])
add("/made-right/<ref>/<token>", "made_right", follow_up_views.made_right)
add("/made-right/<ref>/<token>", "say_made_right", follow_up_views.say_made_right, methods=["POST"])

add("/no-such-mails/<ref>/<token>", "no_such_mails", outreach_views.no_such_mails)
add("/no-such-mails/<ref>/<token>", "say_no_such_mails", outreach_views.say_no_such_mails, methods=["POST"])

add("/credit", "credit", credit_views.credit)
add("/credit/code", "new_credit_code", credit_views.new_credit_code, methods=["POST"])
