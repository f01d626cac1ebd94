"""What customers call the facts that rules ask about, and the words that these facts can be."""

from collections.abc import Mapping

from portal.domain.facts import Asker
from portal.domain.problems import ParcelState, Problem
from portal.domain.received import Place, Signer
from portal.letters.language import msg

LABELS: Mapping[str, str] = {
    "problem": msg("What happened"),
    "parcel_state": msg("Where the parcel is"),
    "order_status": msg("How the order stands"),
    "market": msg("The country of the order"),
    "left_at": msg("Where it was left"),
    "ship_to_country": msg("The country it goes to"),
    "ship_to_region": msg("The region it goes to"),
    "vendor": msg("Who sells it"),
    "category": msg("What kind of thing it is"),
    "sku": msg("The article"),
    "carrier": msg("Who brings it"),
    "service": msg("How it is sent"),
    "signed_for_by": msg("Who signed for it"),
    "delivered_to": msg("Where it came to"),
    "asked_by": msg("Who told of it first"),
    "days_since_ordered": msg("Days since you ordered"),
    "days_since_promised": msg("Days past the promised day"),
    "days_since_handed_over": msg("Days since it left us"),
    "days_since_last_scan": msg("Days since we last heard of the parcel"),
    "days_since_delivered": msg("Days since it came"),
    "days_since_first_order": msg("Days since your first order"),
    "days_late": msg("Days that it came late"),
    "line_value": msg("What you paid for it, with shipping"),
    "goods_value": msg("What you paid for the goods"),
    "shipping_value": msg("What you paid for the shipping"),
    "claimed_value": msg("What you paid for all that you tell us of together"),
    "order_value": msg("What you paid for the order"),
    "given_back": msg("What you got back of it already"),
    "card_refundable": msg("What your cards can take back"),
    "overpaid": msg("What was charged beyond the total"),
    "claimed_share": msg("How much of the order you tell us of"),
    "given_back_share": msg("How much of it you got back already"),
    "signed_by": msg("Somebody signed for it"),
    "paid": msg("You paid for the order"),
    "evidence": msg("You sent a photo"),
    "second_failure": msg("What we did before did not make it right"),
    "on_behalf": msg("One of us told of it for you"),
    "out_of_stock": msg("None of it is left"),
    "incident_open": msg("We know already that more parcels like yours are affected"),
    "sent_again": msg("How often it was sent again"),
    "payment_methods": msg("How you paid"),
    "today": msg("The day on which you tell us"),
    "earlier_claims": msg("How often you told us of something before"),
    "earlier_orders": msg("How often you ordered before"),
    "failed_follow_ups": msg("How often we did not make it right before"),
    "earlier_remedies": msg("How often we put something right for you before"),
    "remedies_value": msg("What we gave you before to put things right"),
    "goodwill_value": msg("What we gave you before as a kindness"),
}
# What is added to the vocabulary and has no words yet is told of, and not described: nobody reads a name of ours.
_ANOTHER = msg("Something else that we know of the order")
PROBLEMS: Mapping[str, str] = {
    Problem.MISSING_PACKAGE: msg("The parcel is not there"),
    Problem.MISSING_LINE: msg("Something was missing from the parcel"),
    Problem.DAMAGED: msg("It came damaged"),
    Problem.WRONG: msg("Something different came"),
    Problem.FAULTY: msg("It does not work as it should"),
    Problem.LATE: msg("It is late, or came late"),
    Problem.NOT_AS_DESCRIBED: msg("It is not as the shop described it"),
    Problem.CHARGED_WRONGLY: msg("You were charged the wrong amount"),
    Problem.OTHER: msg("Something else"),
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "problem": PROBLEMS,
    "parcel_state": {
        ParcelState.NOT_SHIPPED: msg("not sent yet"),
        ParcelState.ON_THE_WAY: msg("on its way"),
        ParcelState.LATE: msg("late"),
        ParcelState.DELIVERED: msg("delivered"),
        ParcelState.CANCELLED: msg("cancelled"),
    },
    "order_status": {
        "created": msg("not paid yet"),
        "approved": msg("paid"),
        "processing": msg("being packed"),
        "invoiced": msg("invoiced"),
        "shipped": msg("on its way"),
        "delivered": msg("delivered"),
        "canceled": msg("cancelled"),
        "unavailable": msg("sold out"),
    },
    "signed_for_by": {
        Signer.CUSTOMER: msg("you"),
        Signer.NEIGHBOUR: msg("somebody who lives near you"),
        Signer.SOMEBODY_ELSE: msg("somebody else"),
    },
    "delivered_to": {
        Place.ADDRESS: msg("your address"),
        Place.NEIGHBOUR: msg("somebody who lives near you"),
        Place.SAFE_PLACE: msg("a safe place"),
        Place.PICKUP_POINT: msg("a pickup point"),
        Place.ELSEWHERE: msg("another place"),
    },
    "asked_by": {
        Asker.CUSTOMER: msg("you"),
        Asker.STAFF: msg("one of us, for you"),
        Asker.US: msg("we, before you had to"),
    },
    "payment_methods": {
        "card": msg("card"),
        "boleto": msg("bank slip"),
        "voucher": msg("voucher"),
        "credit": msg("store credit"),
    },
}
COUNTRIES = frozenset({"ship_to_country", "market"})


def label_of(fact: str) -> str:
    """Name a fact, as a sentence of the catalogue."""
    return LABELS.get(fact, _ANOTHER)


def word_of(fact: str, word: str) -> str:
    """Name one word that a fact can be, as a sentence of the catalogue; a name of the shop's own stays as it is."""
    return WORDS.get(fact, {}).get(word, word)
