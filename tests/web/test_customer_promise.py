"""The public page "How we make things right": the published table, by market, in each language."""

import pytest
from flask import Flask

from portal.domain.actors import Actor
from portal.services.publish_policy import publish_policy
from tests.support.customer_front import Front
from tests.support.page import Page, Visitor
from tests.support.policy_texts import QUIET
from tests.support.queries import counted_queries

PAGE = "/how-we-make-things-right"


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def _portuguese_policy(front: Front) -> None:
    order = front.an_order(front.a_customer())
    with front.toolkit.transaction() as session:
        session.connection().exec_driver_sql("UPDATE orders SET market = 'PT' WHERE order_number = %s", (order.number,))
    source = QUIET.replace('market = "*"', 'market = "PT"')
    publish_policy(front.toolkit, source=source, actor=Actor.system("tests"), despite="It is known.")


def _options(page: Page, name: str) -> dict[str, bool]:
    return {
        str(option.get("value")): option.get("selected") is not None
        for select in page.document.iter("select")
        if select.get("name") == name
        for option in select.iter("option")
    }


def test_everybody_reads_it_from_the_first_page_on(front: Front):
    page = Visitor(front.app).get("/").follow("How we make things right")

    assert page.heading == "How we make things right"
    assert "In force since" in page.text
    assert "It came damaged" in page.text
    assert "10% on top of it, from us, up to $10.00" in page.text
    assert "lost_after_grace" not in page.answer.text


def test_it_is_said_in_portuguese_with_the_readers_money(front: Front):
    page = Visitor(front.app, **{"Accept-Language": "pt-BR"}).get(PAGE)

    assert page.heading == "Como resolvemos"
    assert "Chegou com danos" in page.text
    assert "R$\xa050,00" in page.answer.text
    assert "We wait" not in page.text


def test_a_market_with_its_own_policy_is_chosen_and_every_other_reads_the_default(front: Front):
    _portuguese_policy(front)
    visitor = Visitor(front.app)

    everywhere, portugal, unknown = (visitor.get(f"{PAGE}{wanted}") for wanted in ("", "?market=PT", "?market=XX"))

    assert _options(everywhere, "market") == {"*": True, "PT": False}
    assert _options(portugal, "market") == {"*": False, "PT": True}
    assert "Portugal" in portugal.text
    assert "You paid for the order" in portugal.text
    assert "It left us" not in portugal.text
    assert unknown.text == everywhere.text
    assert "XX" not in unknown.text


def test_amounts_are_told_in_the_money_that_was_chosen(front: Front):
    page = Visitor(front.app).get(f"{PAGE}?currency=EUR")

    assert _options(page, "currency")["EUR"]
    assert "€10.00" in page.text


@pytest.mark.parametrize("query", ["currency=XXX", "market=" + "w" * 300, "market=%27%3B--", "currency=", "market=*"])
def test_whatever_else_is_asked_for_gives_the_default(front: Front, query: str):
    page = Visitor(front.app).get(f"{PAGE}?{query}")

    assert "In force since" in page.text


def test_before_anything_is_published_it_says_so(app: Flask):
    page = Visitor(app).get(PAGE)

    assert "Nothing is written down here yet." in page.text


def test_it_asks_the_same_few_questions_however_long_the_policy_is(front: Front):
    visitor = Visitor(front.app)

    with counted_queries(front.app) as many:
        visitor.get(PAGE)
    _portuguese_policy(front)
    with counted_queries(front.app) as few:
        visitor.get(f"{PAGE}?market=PT")

    assert len(few) - len(many) <= 1
    assert len(few) <= 5
