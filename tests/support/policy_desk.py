"""The desk of a policy owner for tests of pages: a shop with its policy, an owner, and a draft of theirs."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from flask import Flask

from portal.domain.actors import staff_id_of
from portal.domain.authority import Role
from portal.services.draft_policy import DraftPage, save_draft
from tests.support.builders import Shop
from tests.support.page import Page, Visitor
from tests.support.web import rows, sign_in_staff, toolkit_of

# Where something is typed, what, and the sentence with which it is refused.
Wrong = tuple[str, dict[str, object], str]


@dataclass
class Desk:
    """An owner at work on one draft."""

    app: Flask
    path: str = ""
    shop: Shop = field(init=False)
    owner: Visitor = field(init=False)

    def __post_init__(self) -> None:
        """Publish the policy that ships with the project, and let an owner in."""
        self.shop = Shop(toolkit_of(self.app))
        self.shop.default_policy()
        self.owner = self.somebody(Role.POLICY_OWNER)

    @classmethod
    def started(cls, app: Flask, text: str = "") -> Self:
        """Give the desk with a draft on it. text: what the draft says, in place of what is in force."""
        desk = cls(app)
        desk.start()
        if text:
            desk.save_text(text)
        return desk

    def somebody(self, role: Role) -> Visitor:
        """Let somebody new in."""
        visitor = Visitor(self.app)
        sign_in_staff(visitor.client, role, limits={"BRL": 500_000})
        return visitor

    def start(self, title: str = "A longer time") -> Page:
        """Start a draft of the policy for all markets."""
        page = self.owner.get("/staff/policies/").submit("Start the draft", title=title)
        self.path = page.path
        return page

    @property
    def ref(self) -> str:
        """The draft's public name."""
        return self.path.rpartition("/")[2]

    def page(self, visitor: Visitor | None = None) -> Page:
        """Open the table."""
        return (visitor or self.owner).get(self.path)

    def form(self, path: str) -> Page:
        """Open a page of the draft's by what follows the draft's address."""
        return self.owner.get(f"{self.path}/{path}")

    def refuses(self, cases: Iterable[Wrong], form_id: str) -> None:
        """Save what cannot be: each is refused with its sentence, what was typed stands there, and nothing changes."""
        before = self.source()
        for path, typed, sentence in cases:
            page = self.form(path).submit("Save", typed, status=422)
            assert sentence in page.text, (path, typed)
            sent = page.filled(next(one for one in page.forms() if one.get("id") == form_id))
            assert {name: sent[name] for name in typed} == typed
        assert self.source() == before

    def act(self, button: str, *, status: int = 200, **fields: object) -> Page:
        """Press a button of the table as it is now."""
        return self.page().submit(button, fields, status=status)

    def token(self) -> dict[str, str]:
        """Give the token of a form of the owner's."""
        page = self.page()
        return {"csrf_token": str(page.filled(next(page.forms()))["csrf_token"])}

    def source(self) -> str:
        """Give the draft's text as it is kept."""
        return str(rows(self.app, "SELECT source FROM policy_drafts WHERE ref = :ref", ref=self.ref)[0][0])

    def rule(self, key: str) -> dict[str, object]:
        """Give a rule of the draft's text."""
        return next(row for row in tomllib.loads(self.source())["rules"] if row["key"] == key)

    def published(self) -> str:
        """Give the text of the version in force."""
        return str(rows(self.app, "SELECT source FROM policy_versions ORDER BY number DESC LIMIT 1")[0][0])

    def order(self) -> list[str]:
        """List the rules of the draft in order."""
        return [row["key"] for row in tomllib.loads(self.source())["rules"]]

    def number_of(self, key: str) -> int:
        """Tell at which place of the table a rule stands."""
        return self.order().index(key) + 1

    def save_text(self, text: str, *, status: int = 200) -> Page:
        """Save the whole text."""
        return self.owner.get(f"{self.path}/text").submit("Save the text", status=status, text=text)

    def put_back(self) -> None:
        """Let the draft say again what is in force."""
        row = rows(self.app, "SELECT version, changed_by FROM policy_drafts WHERE ref = :ref", ref=self.ref)[0]
        page = DraftPage(self.ref, row.version)
        save_draft(toolkit_of(self.app), staff_id=staff_id_of(row.changed_by) or 0, page=page, source=self.published())

    def comment(self, words: str, about: str = "", visitor: Visitor | None = None) -> Page:
        """Say something about the draft."""
        return self.page(visitor).submit("Comment", words=words, about=about)

    def propose(self) -> Page:
        """Propose the draft."""
        return self.act("Propose it")
