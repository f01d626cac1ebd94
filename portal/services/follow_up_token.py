"""What the link of a follow-up proves: derived from the claim's name, for this one purpose, and kept nowhere."""

from portal.services.link_token import is_link_token, link_token

_PURPOSE = b"follow-up answer"


def token_for(secret_key: str, claim_ref: str) -> str:
    """Derive the token of a claim's follow-ups: 128 bits that only the holder of the secret key can tell."""
    return link_token(secret_key, _PURPOSE, claim_ref)


def is_token(secret_key: str, claim_ref: str, given: str) -> bool:
    """Tell whether a token is this claim's."""
    return is_link_token(secret_key, _PURPOSE, claim_ref, given)


def link_to_answer(origin: str, secret_key: str, claim_ref: str) -> str:
    """Give the link to the page on which a claim's follow-up is answered; opening it does nothing."""
    return f"{origin}/made-right/{claim_ref}/{token_for(secret_key, claim_ref)}"
