"""Read what staff typed into one act: well-formed or a sentence for the field; what it may give, the service says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.domain.decisions import AboveCeiling, GoodwillReason, LineApproval, terms_of
from portal.domain.errors import BadAmount
from portal.domain.money import Money, zero
from portal.domain.offers import OfferTerms, PolicyClass, RemedyKind
from portal.domain.reasons import Alternative, DeclineReason
from portal.letters.language import money
from portal.services.ask_customer import Question
from portal.services.confirm_decision import Confirmation
from portal.services.decide_escalation import Approval, Refusal
from portal.services.open_claim import Page
from portal.services.preview_letter import Act
from portal.services.reply_to_customer import Reply
from portal.web.shared.amounts import read_amount
from portal.web.shared.forms import too_long, unix_lines
from portal.web.shared.language import current_locale
from portal.web.shared.language import gettext as _
from portal.web.staff.act_forms import LineField, Typed

_LONGEST_WAIT_DAYS = 60


@dataclass(slots=True)
class Reading:
    """One form being read. errors: a sentence by the id of the field that it is about."""

    typed: Typed
    page: Page
    lines: tuple[LineField, ...]
    today: date
    zone: ZoneInfo
    errors: dict[str, str] = field(default_factory=dict)

    def words(self, name: str, field_id: str, needed: str | None) -> str:
        """Read a text; needed is the sentence for an empty one."""
        said = unix_lines(self.typed.get(name))
        if not said and needed:
            self.errors[field_id] = needed
        elif too_long(said):
            self.errors[field_id] = too_long(said)
        return said


def read_act(reading: Reading) -> Act | None:
    """Read the act of a form; None where it has errors, or where there is no such act."""
    reader = _READERS.get(reading.typed.get("act", ""))
    act = reader(reading) if reader else None
    return None if reading.errors else act


def error_of(error: BadAmount) -> dict[str, str]:
    """Say at its field what an approval may not give."""
    if not isinstance(error, AboveCeiling):
        return {"approve": _("Every line needs at least one offer that gives something.")}
    name = f"approve-{error.line_number}-{error.kind}"
    most = money(error.maximum, current_locale())
    if error.bonus and not error.maximum:
        return {f"{name}-bonus": _("Goodwill on top needs its reason; choose one below.")}
    if error.bonus:
        return {f"{name}-bonus": _("For this reason, at most %(most)s can come on top.", most=most)}
    return {f"{name}-amount": _("At most %(most)s can go back for this line.", most=most)}


def _approval(reading: Reading) -> Act | None:
    ticked = set(reading.typed.getlist("line"))
    chosen = [line for line in reading.lines if str(line.number) in ticked]
    if not chosen:
        reading.errors["approve"] = _("Please choose at least one line.")
    lines = [_line(reading, line) for line in chosen]
    reason = reading.words("reason", "approve-reason", _("Please say why, for colleagues and for later."))
    words = reading.words("words", "approve-words", None)
    complete = tuple(line for line in lines if line is not None)
    return Approval(reading.page, complete, reason, words) if len(complete) == len(lines) else None


def _line(reading: Reading, line: LineField) -> LineApproval | None:
    offers = [
        _terms(reading, line, offer.name, RemedyKind(offer.kind))
        for offer in line.offers
        if offer.name in reading.typed
    ]
    if not offers:
        reading.errors[f"approve-{line.number}"] = _("Please choose at least one offer for this line.")
    goodwill = reading.typed.get(f"{line.number}-goodwill", "")
    if goodwill and goodwill not in set(GoodwillReason):
        reading.errors[f"approve-{line.number}-goodwill"] = _("Please choose one of these.")
        return None
    complete = tuple(offer for offer in offers if offer is not None)
    if not offers or len(complete) < len(offers):
        return None
    return LineApproval(line.number, complete, GoodwillReason(goodwill) if goodwill else None)


def _terms(reading: Reading, line: LineField, name: str, kind: RemedyKind) -> OfferTerms | None:
    """Read one offer; its class and its days are policy's, where policy knows the kind."""
    nothing = zero(line.goods.currency)
    if kind is RemedyKind.REPLACEMENT:
        amount: Money | None = line.goods
    else:
        amount = _amount(reading, f"{name}-amount", line)
    bonus = _amount(reading, f"{name}-bonus", line, may_be_empty=True) if kind is RemedyKind.STORE_CREDIT else nothing
    if amount is None or bonus is None:
        return None
    is_goodwill_alone = bool(bonus) and not line.left
    if kind is not RemedyKind.REPLACEMENT and not amount and not is_goodwill_alone:
        reading.errors[f"approve-{name}-amount"] = _("An offer gives something; untick it to leave it out.")
        return None
    known = line.suggestion.get(kind)
    any_class = next((terms.policy_class for terms in line.suggestion.values()), PolicyClass.ENTITLED)
    made = terms_of(kind, amount, bonus, any_class)
    if known is None:
        return made
    return OfferTerms(kind, amount, bonus, known.policy_class, known.arrives_in_days, known.expires_in_days)


def _amount(reading: Reading, name: str, line: LineField, *, may_be_empty: bool = False) -> Money | None:
    currency, text = line.goods.currency, reading.typed.get(name, "").strip()
    if not text and may_be_empty:
        return zero(currency)
    try:
        return read_amount(text, currency, current_locale())
    except BadAmount:
        example = money(Money(line.left.minor or line.goods.minor, currency), current_locale())
        reading.errors[f"approve-{name}"] = _(
            "Please type an amount as in %(example)s, without a sign.", example=example
        )
        return None


def _refusal(reading: Reading) -> Act | None:
    ticked = set(reading.typed.getlist("line"))
    numbers = tuple(line.number for line in reading.lines if str(line.number) in ticked)
    if not numbers:
        reading.errors["decline"] = _("Please choose at least one line.")
    reason, alternative = reading.typed.get("decline_reason", ""), reading.typed.get("alternative", "")
    if reason not in set(DeclineReason):
        reading.errors["decline-decline_reason"] = _("A no needs its reason. Please choose one.")
    if alternative not in set(Alternative):
        reading.errors["decline-alternative"] = _("A no needs something that we can still do. Please choose one.")
    words = reading.words("words", "decline-words", _("A no is said in your own words. Please write some."))
    if reading.errors:
        return None
    return Refusal(reading.page, numbers, DeclineReason(reason), Alternative(alternative), words)


def _question(reading: Reading) -> Act | None:
    words = reading.words("words", "ask-words", _("Please write what you would like to know."))
    until = _day(reading.typed.get("until", ""))
    soonest, latest = reading.today + timedelta(days=1), reading.today + timedelta(days=_LONGEST_WAIT_DAYS)
    if until is None or not soonest <= until <= latest:
        values = {"first": soonest.isoformat(), "last": latest.isoformat()}
        reading.errors["ask-until"] = _("Please choose a day from %(first)s to %(last)s.", **values)
        return None
    end = datetime.combine(until + timedelta(days=1), time(), reading.zone)
    return Question(reading.page, words, end.astimezone(UTC))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-31") else None
    except ValueError:
        return None


def _reply(reading: Reading) -> Act | None:
    words = reading.words("words", "reply-words", _("Please write your answer."))
    return Reply(reading.page, words)


def _confirmation(reading: Reading) -> Act | None:
    return Confirmation(reading.page)


_READERS: dict[str, Callable[[Reading], Act | None]] = {
    "approve": _approval,
    "decline": _refusal,
    "ask": _question,
    "reply": _reply,
    "confirm": _confirmation,
}
