"""What a rule does, said from its outcome: every offer with its shares and caps, every wait, every no with its why."""

from collections.abc import Iterator, Mapping
from datetime import date

from portal.domain.authority import Role
from portal.domain.money import Money
from portal.domain.offers import PolicyClass, RemedyKind
from portal.domain.policy.plans import OfferPlan, RoundWay
from portal.domain.policy.table import Outcome, WaitFrom, WaitPlan
from portal.domain.policy.verdict import OutcomeKind
from portal.domain.reasons import DeclineReason
from portal.letters.decline import alternative
from portal.letters.language import day, listed, money, msg, msgs, share, translation
from portal.letters.outcomes import photo_reason, why_a_person, why_we_wait
from portal.letters.rules.conditions import Reader

_CHOOSE = msg("You choose:")
_AGAIN = msg("We send it again, at no cost to you.")
_BACK = msg("Money back: %(parts)s.")
_CREDIT = msg("Store credit: %(parts)s.")
_CAP = msg("%(amount)s at the very most.")
_FIXED = msg("%(amount)s for the goods")
_ROUNDED = {
    RoundWay.UP: msg("The sum is rounded up to the next %(amount)s."),
    RoundWay.DOWN: msg("The sum is rounded down to the last %(amount)s."),
    RoundWay.NEAREST: msg("The sum is rounded to the nearest %(amount)s."),
}
_CLAIM_CAP = msg("%(amount)s at most for all that you tell us of together.")
_CUSTOMER_CAP = msgs(
    "%(amount)s at most for all that we give you to put things right on one day.",
    "%(amount)s at most for all that we give you to put things right within %(num)s days.",
)
_GOODWILL_CAP = msgs(
    "%(amount)s at most for all that we give you as a kindness on one day.",
    "%(amount)s at most for all that we give you as a kindness within %(num)s days.",
)
_KEEP = msg("You keep what came.")
_WHO = {
    Role.AGENT: msg("It is one of those who answer every day."),
    Role.APPROVER: msg("It is one of those who may decide the most."),
}
_UNTIL = msg("We wait until %(day)s.")
_BONUS = msg("%(share)s on top of it, from us.")
_CAPPED_BONUS = msg("%(share)s on top of it, from us, up to %(amount)s.")
_PARTS = {
    "goods": msg("%(share)s of what you paid for the goods"),
    "shipping": msg("%(share)s of what you paid for the shipping"),
    "overpaid": msg("%(share)s of what was charged beyond the total"),
}
_ARRIVES = {
    RemedyKind.REPLACEMENT: msgs("It arrives within %(num)s day.", "It arrives within %(num)s days."),
    RemedyKind.REFUND: msgs("The money is there within %(num)s day.", "The money is there within %(num)s days."),
    RemedyKind.STORE_CREDIT: msgs("You can spend it within %(num)s day.", "You can spend it within %(num)s days."),
}
_AT_ONCE = {
    RemedyKind.REPLACEMENT: msg("It arrives the same day."),
    RemedyKind.REFUND: msg("The money is there the same day."),
    RemedyKind.STORE_CREDIT: msg("You can spend it at once."),
}
_EXPIRES = msgs("The choice is yours for %(num)s day.", "The choice is yours for %(num)s days.")
_CLASSES = {
    PolicyClass.ENTITLED: msg("We owe you this."),
    PolicyClass.GOODWILL: msg("This is a kindness of ours."),
    PolicyClass.NOT_OURS: msg("Whoever it was, we put it right."),
}
_PERSON = msgs("A person answers within %(num)s hour.", "A person answers within %(num)s hours.")
_WAITS = {
    WaitFrom.NOW: msgs("We wait one day.", "We wait %(num)s days."),
    WaitFrom.ORDERED: msgs("We wait until one day after the order.", "We wait until %(num)s days after the order."),
    WaitFrom.PROMISED: msgs(
        "We wait until one day after the promised day.", "We wait until %(num)s days after the promised day."
    ),
    WaitFrom.HANDED_OVER: msgs(
        "We wait until one day after it left us.", "We wait until %(num)s days after it left us."
    ),
    WaitFrom.DELIVERED: msgs("We wait until one day after it came.", "We wait until %(num)s days after it came."),
}
_NO = msg("Here we say no, and why.")
_DECLINES = {
    DeclineReason.REPORTED_LONG_AFTER: msg(
        "It came so long ago that we can no longer send it again or give the money back."
    ),
    DeclineReason.ALREADY_MADE_WHOLE: msg("We have put the same thing right for you already."),
    DeclineReason.NOT_CHARGED: msg("We never took a payment for it, so there is no money of yours with us."),
    DeclineReason.ALREADY_REFUNDED: msg("All that you paid for it has already gone back to you."),
    DeclineReason.CHARGE_AGREES: msg("What you paid is exactly the total of your order; you see the sums."),
    DeclineReason.CAME_IN_TIME: msg("It came by the day we promised; you see both days."),
}
_ASK_AGAIN = msg("You can always ask again, and somebody else looks at it.")


def done(outcome: Outcome, reader: Reader) -> tuple[str, ...]:
    """Say everything that an outcome does."""
    if outcome.kind is OutcomeKind.OFFER:
        return tuple(_offers(outcome, reader))
    if outcome.kind is OutcomeKind.WAIT:
        return tuple(_wait(outcome, reader))
    return tuple(_person(outcome, reader) if outcome.kind is OutcomeKind.ESCALATE else _no(outcome, reader))


def person_within(hours: int, reader: Reader) -> str:
    """Say by when a person answers."""
    return translation(reader.locale).ngettext(*_PERSON, hours) % {"num": hours}


def _offers(outcome: Outcome, reader: Reader) -> Iterator[str]:
    say = translation(reader.locale).gettext
    if outcome.evidence is not None:
        yield photo_reason(outcome.evidence, reader.locale)
    if len(outcome.plans) > 1:
        yield say(_CHOOSE)
    for plan in outcome.plans:
        yield " ".join(_plan(plan, reader))
    if outcome.keeps:
        yield say(_KEEP)
    yield say(_CLASSES[outcome.policy_class])
    if outcome.alternative is not None:
        yield alternative(outcome.alternative, reader.locale)


def _plan(plan: OfferPlan, reader: Reader) -> Iterator[str]:
    catalogue = translation(reader.locale)
    if plan.kind is RemedyKind.REPLACEMENT:
        yield catalogue.gettext(_AGAIN)
    else:
        frame = _BACK if plan.kind is RemedyKind.REFUND else _CREDIT
        parts = [
            catalogue.gettext(text) % {"share": share(points, reader.locale)}
            for name, text in _PARTS.items()
            if (points := getattr(plan, name))
        ]
        if plan.fixed is not None:
            parts.insert(0, catalogue.gettext(_FIXED) % {"amount": _amount(plan.fixed, reader)})
        yield catalogue.gettext(frame) % {"parts": listed(parts, reader.locale)}
        yield from _limits(plan, reader)
        yield from _bonus(plan, reader)
    if plan.arrives_in_days == 0:
        yield catalogue.gettext(_AT_ONCE[plan.kind])
    elif plan.arrives_in_days is not None:
        yield catalogue.ngettext(*_ARRIVES[plan.kind], plan.arrives_in_days) % {"num": plan.arrives_in_days}
    yield catalogue.ngettext(*_EXPIRES, plan.expires_in_days) % {"num": plan.expires_in_days}


def _limits(plan: OfferPlan, reader: Reader) -> Iterator[str]:
    catalogue = translation(reader.locale)
    if plan.rounding is not None:
        yield catalogue.gettext(_ROUNDED[plan.rounding.way]) % {"amount": _amount(plan.rounding.step, reader)}
    if plan.cap is not None:
        yield catalogue.gettext(_CAP) % {"amount": _amount(plan.cap, reader)}
    if plan.claim_cap is not None:
        yield catalogue.gettext(_CLAIM_CAP) % {"amount": _amount(plan.claim_cap, reader)}
    if plan.customer_cap is not None:
        cap = plan.customer_cap
        said = catalogue.ngettext(*(_GOODWILL_CAP if cap.of_goodwill else _CUSTOMER_CAP), cap.window)
        yield said % {"amount": _amount(cap.most, reader), "num": cap.window}


def _bonus(plan: OfferPlan, reader: Reader) -> Iterator[str]:
    if not plan.bonus:
        return
    say, bonus = translation(reader.locale).gettext, share(plan.bonus, reader.locale)
    if plan.bonus_cap is None:
        yield say(_BONUS) % {"share": bonus}
    else:
        yield say(_CAPPED_BONUS) % {"share": bonus, "amount": _amount(plan.bonus_cap, reader)}


def _amount(amounts: Mapping[str, int], reader: Reader) -> str:
    return money(Money(amounts[reader.currency], reader.currency), reader.locale)


def _wait(outcome: Outcome, reader: Reader) -> Iterator[str]:
    if outcome.wait is None or outcome.reason is None:
        return
    yield _until(outcome.wait, reader)
    yield why_we_wait(outcome.reason, reader.locale)


def _until(wait: WaitPlan, reader: Reader) -> str:
    catalogue = translation(reader.locale)
    if wait.until is not None:
        until = day(date.fromordinal(wait.until), reader.locale, "UTC", year=True)
        return str(catalogue.gettext(_UNTIL) % {"day": until})
    return str(catalogue.ngettext(*_WAITS[wait.start], wait.days) % {"num": wait.days})


def _person(outcome: Outcome, reader: Reader) -> Iterator[str]:
    if outcome.answer_within_hours is None or outcome.reason is None:
        return
    yield person_within(outcome.answer_within_hours, reader)
    if outcome.answered_by is not None:
        yield translation(reader.locale).gettext(_WHO[outcome.answered_by])
    yield why_a_person(outcome.reason, reader.locale)


def _no(outcome: Outcome, reader: Reader) -> Iterator[str]:
    say = translation(reader.locale).gettext
    if outcome.reason is None or outcome.alternative is None:
        return
    yield say(_NO)
    yield say(_DECLINES[DeclineReason(outcome.reason)])
    yield alternative(outcome.alternative, reader.locale)
    yield say(_ASK_AGAIN)
