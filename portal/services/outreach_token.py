"""What the link proves by which somebody asks for no more letters of this kind: derived, and kept nowhere."""

from portal.services.link_token import is_link_token, link_token

_PURPOSE = b"outreach opt-out"


def token_for(secret_key: str, claim_ref: str) -> str:
    """Derive the token of the letter about a claim of ours: 128 bits that only the secret key can tell."""
    return link_token(secret_key, _PURPOSE, claim_ref)


def is_token(secret_key: str, claim_ref: str, given: str) -> bool:
    """Tell whether a token is that of the letter about this claim."""
    return is_link_token(secret_key, _PURPOSE, claim_ref, given)


def link_to_stop(origin: str, secret_key: str, claim_ref: str) -> str:
    """Give the link to the page on which such letters are stopped; opening it does nothing."""
    return f"{origin}/no-such-mails/{claim_ref}/{token_for(secret_key, claim_ref)}"
