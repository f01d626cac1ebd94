"""The commands about store credit, as an operator types them."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.services.create_staff import create_staff
from tests.support.credit_checkout import shop
from tests.support.credit_shop import CreditShop

__all__ = ["shop"]


def said(app: Flask, *arguments: str) -> str:
    came = app.test_cli_runner().invoke(args=["credit", *arguments])
    return str(came.output)


@pytest.mark.proves("L8")
def test_the_liability_of_a_day_and_how_it_came_about_are_told(app: Flask, shop: CreditShop):
    day = shop.toolkit.now().astimezone(shop.toolkit.zone).date()
    assert said(app, "liability", "--on", f"{day}") == f"No store credit was owed by {day}.\n"
    shop.grant(shop.customer(), 12_345)

    told = said(app, "liability", "--on", f"{day}").splitlines()

    assert told[0] == f"BRL 123.45 on {day}"
    assert [line.split() for line in told[1:]] == [["opening", "0.00"], ["credit_issued", "123.45"]]
    assert "was owed" in said(app, "liability", "--on", f"{day - timedelta(days=1)}")


def test_the_balance_of_an_account_is_told(app: Flask, shop: CreditShop):
    granted = shop.grant(shop.customer(), 500)

    assert said(app, "balance", granted.account_ref).startswith("BRL 5.00 on ")
    assert said(app, "balance", "CRD-0") == "Error: There is no account CRD-0.\n"


def test_a_grant_in_error_is_taken_back_by_somebody_on_the_staff(app: Flask, shop: CreditShop):
    customer = shop.customer()
    shop.grant(customer, 500, source="RMD-1")
    create_staff(
        shop.toolkit, mailbox="f@example.com", name="F", role=Role.FINANCE, password="a long password 12", limits={}
    )
    typed = ("reverse", "RMD-1", "--reason", "granted twice", "--by")

    assert said(app, *typed, "nobody@example.com") == "Error: nobody@example.com is not on the staff.\n"
    assert said(app, *typed, "f@example.com") == "BRL 5.00 was taken back.\n"
    assert said(app, *typed, "f@example.com") == "BRL 5.00 was taken back before.\n"
    assert shop.free(customer) == 0
