"""The amounts that a draft's rules name, by currency, as a table of numbers."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import SEES_POLICY, WRITES_POLICY
from portal.domain.errors import BadAmount, BadPolicy, IllegalMove, MovedOn
from portal.domain.money import decimal_text, parse
from portal.services.policy_text import change_amounts, new_key
from portal.web.shared.access import staff
from portal.web.shared.forms import trimmed
from portal.web.shared.language import gettext as _
from portal.web.shared.workbench import frame
from portal.web.staff.policies.answers import HERE, MOVED_ON, REFUSED, asked_file, moved_words, refusal_words, saved
from portal.web.staff.policies.draft_file import DraftFile, read_draft
from portal.web.staff.policies.draft_page import DraftHead, head_of
from portal.web.staff.policies.rule_words import amount_name

_LONGEST_NAME = 40
_CURRENCY = re.compile(r"[A-Z]{3}")
_NEW = "new"
_NAMES_ONE = frozenset({"min", "max", "below", "fixed", "round_to", "cap", "claim_cap", "bonus_cap", "amount", "value"})
Amounts = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class AmountRow:
    """An amount. values: (field, currency, what is typed, what is wrong); used: how many rules name it."""

    name: str
    words: str
    used: int
    values: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class AmountsPage:
    """Rendered by ``staff/policies/amounts.html``. new: the row for another amount."""

    head: DraftHead
    currencies: tuple[str, ...]
    rows: tuple[AmountRow, ...]
    new: AmountRow
    new_name: str
    new_currency: str
    problems: tuple[tuple[str, str], ...] = ()
    error: str = ""


@staff(*SEES_POLICY)
def draft_amounts(ref: str) -> Answer:
    """Show the amounts of a draft."""
    return _page(read_draft(ref), {})


@staff(*WRITES_POLICY)
def save_amounts(ref: str) -> Answer:
    """Keep the amounts of a draft."""
    page, file = asked_file(ref)
    held = _held(file)
    wanted, problems = _typed(held)
    if problems:
        return _page(file, request.form, problems=problems, status=REFUSED)
    try:
        done = saved(page, lambda text: change_amounts(text, wanted), _("Changed amounts"))
    except BadPolicy as error:
        return _page(file, request.form, error=refusal_words(error), status=REFUSED)
    except (MovedOn, IllegalMove):
        return _page(read_draft(ref), request.form, error=moved_words(), status=MOVED_ON)
    return redirect(url_for("staff.draft", ref=ref, done=done), 303)


def _held(file: DraftFile) -> Amounts:
    amounts: Amounts = tomllib.loads(file.draft.source).get("amounts", {})
    return amounts


def _currencies(held: Amounts) -> list[str]:
    return list(dict.fromkeys(currency for by_currency in held.values() for currency in by_currency))


def _typed(held: Amounts) -> tuple[Amounts, tuple[tuple[str, str], ...]]:
    """Read every amount as it was typed; a number that says the same stays as it is written."""
    wanted: Amounts = {}
    problems: list[tuple[str, str]] = []
    more = trimmed(request.form.get("new_currency")).upper()
    currencies = _currencies(held)
    if more and (not _CURRENCY.fullmatch(more) or more in currencies):
        problems.append(("new_currency", _("A currency is three letters, such as CHF, and one that is not there yet.")))
    elif more:
        currencies.append(more)
    for name, by_currency in held.items():
        if request.form.get(f"remove-{name}"):
            continue
        wanted[name] = _row(name, by_currency, currencies, problems)
    name = trimmed(request.form.get("new_name"))[:_LONGEST_NAME]
    if name:
        wanted[new_key(name, held, kind="amount")] = _row(_NEW, {}, currencies, problems)
    return wanted, tuple(problems)


def _row(name: str, held: Mapping[str, str], currencies: list[str], problems: list[tuple[str, str]]) -> dict[str, str]:
    row = {}
    for currency in currencies:
        field = f"amount-{name}-{currency}"
        typed = trimmed(request.form.get(field, held.get(currency, "")))
        try:
            amount = parse(typed.replace(",", "."), currency)
        except BadAmount:
            problems.append((field, _("Please give a number in %(currency)s, such as 30.00.", currency=currency)))
            continue
        if amount.minor < 0:
            problems.append((field, _("An amount is not negative.")))
            continue
        text = decimal_text(amount)
        same = currency in held and decimal_text(parse(held[currency], currency)) == text
        row[currency] = held[currency] if same else text
    return row


def _page(
    file: DraftFile,
    typed: Mapping[str, Any],
    *,
    problems: tuple[tuple[str, str], ...] = (),
    error: str = "",
    status: int = 200,
) -> Answer:
    held, wrong = _held(file), dict(problems)
    more = trimmed(typed.get("new_currency", "")).upper()
    currencies = tuple(dict.fromkeys([*_currencies(held), *([more] if _CURRENCY.fullmatch(more) else [])]))

    def row(name: str, words: str, by_currency: Mapping[str, str], used: int) -> AmountRow:
        fields = [(f"amount-{name}-{currency}", currency) for currency in currencies]
        return AmountRow(
            name,
            words,
            used,
            tuple(
                (field, currency, typed.get(field, by_currency.get(currency, "")), wrong.get(field, ""))
                for field, currency in fields
            ),
        )

    page = AmountsPage(
        head=head_of(file),
        currencies=currencies,
        rows=tuple(row(name, amount_name(name), one, _uses(file, name)) for name, one in held.items()),
        new=row(_NEW, "", {}, 0),
        new_name=typed.get("new_name", ""),
        new_currency=typed.get("new_currency", ""),
        problems=problems,
        error=error,
    )
    return make_response(render_template("staff/policies/amounts.html", page=page, **frame(HERE)), status)


def _uses(file: DraftFile, name: str) -> int:
    """Count the rules, packs of offers, limits and budgets that name an amount."""
    document = file.policy.document
    rows = [*document["rules"], *document.get("packs", {}).values()]
    rows += [*document.get("limits", []), *document.get("budgets", [])]
    return sum(_names(row, name) for row in rows)


def _names(value: object, name: str) -> bool:
    if isinstance(value, dict):
        return any(one == name if inner in _NAMES_ONE else _names(one, name) for inner, one in value.items())
    return False
