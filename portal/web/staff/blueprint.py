"""The addresses of the staff's front."""

from flask import Blueprint

from portal.web.staff import (
    act_views,
    again_views,
    claim_views,
    credit_views,
    follow_up_views,
    incident_views,
    journey_views,
    pattern_views,
    people_views,
    prevention_views,
    queue_views,
    report_views,
    second_factor_views,
    sign_in_views,
    trouble_views,
    voice_views,
    withdrawal_views,
)
from portal.web.staff.limits.routes import add_limits
from portal.web.staff.outreach.routes import add_outreach
from portal.web.staff.policies.replay_routes import add_replays
from portal.web.staff.policies.routes import add_policies

staff = Blueprint("staff", __name__, url_prefix="/staff")
add = staff.add_url_rule

add("/sign-in", "sign_in", sign_in_views.sign_in)
add("/sign-in", "enter", sign_in_views.enter, methods=["POST"])
add("/second-factor", "second_factor", second_factor_views.second_factor)
add("/second-factor", "give_factor", second_factor_views.give_factor, methods=["POST"])
add("/second-factor/new", "enrol", second_factor_views.enrol, methods=["POST"])
add("/second-factor/new", "enrol_again", second_factor_views.second_factor)
add("/sign-out", "sign_out", sign_in_views.sign_out, methods=["POST"])
add("/", "queue", queue_views.queue)
add("/find", "find", queue_views.find)
add("/troubles/<ref>", "trouble", trouble_views.trouble)
add("/troubles/<ref>/close", "close_trouble", trouble_views.close, methods=["POST"])
add("/troubles/<ref>/list", "read_list", trouble_views.read_list, methods=["POST"])
add("/troubles/<ref>/decide", "decide_trouble", trouble_views.decide, methods=["POST"])
add("/troubles/<ref>/cancel", "cancel_refund", trouble_views.cancel, methods=["POST"])
add("/troubles/<ref>/leave", "leave_event", trouble_views.leave, methods=["POST"])
for _act in ("list", "decide", "cancel", "leave"):
    add(f"/troubles/<ref>/{_act}", f"trouble_{_act}_again", trouble_views.back)
add("/withdrawals", "withdrawals", withdrawal_views.listing)
add("/withdrawals/<ref>", "withdrawal", withdrawal_views.one)
add("/withdrawals/<ref>/act", "act_withdrawal", withdrawal_views.act, methods=["POST"])
add("/withdrawals/<ref>/act", "act_withdrawal_again", withdrawal_views.back)
add("/patterns/", "patterns", pattern_views.listing)
add("/patterns/<ref>", "pattern", pattern_views.one)
add("/patterns/<ref>/decide", "decide_pattern", pattern_views.decide, methods=["POST"])
add("/patterns/<ref>/decide", "decide_pattern_again", pattern_views.back)
add("/incidents/", "incidents", incident_views.listing)
add("/incidents/<ref>", "incident", incident_views.one)
add("/incidents/<ref>/<version>/send", "send_incident", incident_views.send, methods=["POST"])
add("/incidents/<ref>/<version>/<act>", "act_incident", incident_views.act, methods=["POST"])
add("/incidents/<ref>/<version>/<act>", "act_incident_again", incident_views.back)
add("/follow-ups", "follow_ups", follow_up_views.listing)
add("/voices/", "voices", voice_views.listing)
add("/prevention/", "prevention", prevention_views.listing)
add("/prevention/list.csv", "prevention_file", prevention_views.file)
add("/prevention/<ref>", "precaution", prevention_views.one)
add("/prevention/<ref>/done", "record_precaution", prevention_views.record, methods=["POST"])
add("/prevention/<ref>/done", "record_precaution_again", prevention_views.back)
add("/journey/", "journey", journey_views.stages)
add("/journey/count", "count_journey", journey_views.count, methods=["POST"])
add("/journey/count", "count_journey_again", journey_views.back)
add("/journey/kept", "journey_kept", journey_views.kept)
add("/journey/beyond", "journey_beyond", journey_views.beyond)
add("/journey/digest", "journey_digest", journey_views.digest)
add("/people", "people", people_views.people)
add("/people/<ref>/reset", "reset_factor", people_views.reset_factor, methods=["POST"])
add("/people/<ref>/reset", "reset_factor_again", people_views.people_again)
add("/orders", "orders", report_views.orders)
add("/orders/<number>/report", "report", report_views.report)
add("/orders/<number>/report", "send_report", report_views.send_report, methods=["POST"])
add("/orders/<number>/sent-again/<parcel>/report", "report_again", again_views.report_again)
add("/orders/<number>/sent-again/<parcel>/report", "send_report_again", again_views.send_report_again, methods=["POST"])
add("/claims/<ref>", "claim", claim_views.claim)
add("/claims/<ref>/photos/<photo>", "photo", claim_views.photo)
add("/claims/<ref>/credit/<remedy>", "credit", credit_views.credit)
add("/claims/<ref>/credit/<remedy>", "take_back_credit", credit_views.take_back, methods=["POST"])
for _act in ("preview", "answer", "edit", "note", "assign", "void"):
    add(f"/claims/<ref>/{_act}", _act, getattr(act_views, _act), methods=["POST"])
    add(f"/claims/<ref>/{_act}", f"{_act}_again", act_views.back)
add_policies(add)
add_replays(add)
add_limits(add)
add_outreach(add)
