"""The mailbox's pages: a list, a mail, and its HTML in a frame that can do nothing."""

import re
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from markupsafe import Markup, escape

from portal.sandbox.mail_room import text_and_html
from portal.sandbox.store import Store

_PAGE = 100
_LINK = re.compile(r"https?://[^\s<>\"']+")
# The mail may show itself, and open a link in a new tab; nothing in it runs.
_FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: http: https:; frame-ancestors 'self'; "
    "base-uri 'none'; form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
_LIST = "SELECT id, received_at, sender, recipient, subject, message_id FROM mails"


def make_blueprint(store: Store) -> Blueprint:
    """Make the pages under /mailbox."""
    blueprint = Blueprint("mailbox", __name__)

    @blueprint.get("/mailbox")
    def mailbox() -> str:
        """List mails, newest first."""
        recipient = request.args.get("to", "").strip().lower()
        return render_template("mailbox.html", mails=_mails(store, recipient), recipient=recipient)

    @blueprint.get("/mailbox.json")
    def mailbox_json() -> dict[str, Any]:
        """Give whole mails to machines, newest first."""
        recipient = request.args.get("to", "").strip().lower()
        return {"mails": [_whole(store, row["id"]) for row in _mails(store, recipient)]}

    @blueprint.get("/mailbox/<int:mail_id>")
    def mail(mail_id: int) -> str:
        """Show one mail."""
        shown = _whole(store, mail_id)
        return render_template("mail.html", mail=shown, text=_linked(shown["text"]))

    @blueprint.get("/mailbox/<int:mail_id>/html")
    def mail_html(mail_id: int) -> Response:
        """Give the HTML of a mail, for the frame only."""
        body = '<base target="_blank">' + _whole(store, mail_id)["html"]
        return Response(body, mimetype="text/html", headers={"Content-Security-Policy": _FRAME_POLICY})

    @blueprint.get("/mailbox/<int:mail_id>/source")
    def source(mail_id: int) -> Response:
        """Give a mail as it came over the wire."""
        row = store.read().execute("SELECT source FROM mails WHERE id = ?", (mail_id,)).fetchone()
        if row is None:
            abort(404)
        return Response(row["source"], mimetype="text/plain")

    return blueprint


def _mails(store: Store, recipient: str) -> list[dict[str, Any]]:
    db = store.read()
    if recipient:
        rows = db.execute(f"{_LIST} WHERE recipient = ? ORDER BY id DESC LIMIT ?", (recipient, _PAGE))
    else:
        rows = db.execute(f"{_LIST} ORDER BY id DESC LIMIT ?", (_PAGE,))
    return [dict(row) | {"received_at": _moment(row["received_at"])} for row in rows]


def _whole(store: Store, mail_id: int) -> dict[str, Any]:
    row = store.read().execute("SELECT * FROM mails WHERE id = ?", (mail_id,)).fetchone()
    if row is None:
        abort(404)
    text, html = text_and_html(row["source"])
    return {
        "id": row["id"],
        "received_at": _moment(row["received_at"]),
        "from": row["sender"],
        "to": row["recipient"],
        "subject": row["subject"],
        "message_id": row["message_id"],
        "text": text,
        "html": html,
    }


def _linked(text: str) -> Markup:
    parts, end = [], 0
    for match in _LINK.finditer(text):
        url = match.group().rstrip(".,;)")
        parts.append(escape(text[end : match.start()]))
        parts.append(Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(url))
        end = match.start() + len(url)
    return Markup("").join([*parts, escape(text[end:])])


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
