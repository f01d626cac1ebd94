"""How we make things right: the published table, told whole, in the reader's language."""

from flask import render_template, request

from portal.domain.policy import Policy
from portal.letters.language import country
from portal.letters.rules.conditions import Reader
from portal.letters.rules.page import currency_for, policy_said
from portal.records import policies
from portal.records.policies import DEFAULT_MARKET
from portal.services.current_policy import parsed
from portal.web.customer.pages.promise import Choice, PromisePage
from portal.web.shared.access import public
from portal.web.shared.language import current_locale
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit

_LONGEST = 16


@public
def promise() -> str:
    """Show what policy does in a market; where that has none of its own, what the default does."""
    now, wanted = toolkit().now(), request.args.get("market", "")[:_LONGEST]
    with toolkit().reading() as session:
        markets = policies.markets(session)
        market = wanted if wanted in markets else DEFAULT_MARKET
        version = policies.in_force(session, market, now)
        found = (version.source, version.in_force_from) if version is not None else None
    if found is None:
        return render_template("customer/promise.html", page=PromisePage((), (), None, None))
    source, since = found
    policy, locale = parsed(source), current_locale()
    currency = currency_for(policy, market, request.args.get("currency", "")[:_LONGEST], locale)
    page = PromisePage(
        markets=_markets(markets, market, locale),
        currencies=_currencies(policy, currency),
        in_force_since=since,
        said=policy_said(policy, Reader(locale, currency)),
    )
    return render_template("customer/promise.html", page=page)


def _markets(markets: list[str], chosen: str, locale: str) -> tuple[Choice, ...]:
    if markets == [DEFAULT_MARKET]:
        return ()
    names = [(one, _("Everywhere else") if one == DEFAULT_MARKET else country(one, locale)) for one in markets]
    return tuple(Choice(value, name, value == chosen) for value, name in names)


def _currencies(policy: Policy, chosen: str) -> tuple[Choice, ...]:
    if len(policy.currencies) <= 1:
        return ()
    return tuple(Choice(one, one, one == chosen) for one in sorted(policy.currencies))
