"""What breaks the invariants of policy. Run as a replica on the whole book, whose one version a command published."""

_DRAFT = """
    INSERT INTO policy_drafts
        (ref, market, title, state, version, source, started_by, started_at, changed_by, changed_at, published_id)
    SELECT 'DRF-B', market, 'Kinder', 'published', 1, {source}, 'staff:1', now(), 'staff:2', now(), id
    FROM policy_versions;
    INSERT INTO policy_draft_events (draft_id, kind, version, actor, happened_at, source)
    SELECT id, 'start', {version}, 'staff:1', now(), {kept} FROM policy_drafts;
"""
_FORGOTTEN = "DELETE FROM policy_draft_events"
_BY_STAFF = "UPDATE policy_versions SET published_by = '{who}';"


def _draft(source: str = "source", kept: str = "source", version: int = 1) -> str:
    """Let a draft have become the version. source, kept: SQL of the text that it holds, and that its history holds."""
    return _DRAFT.format(source=source, kept=kept, version=version)


POLICIES = (
    ("F15", "UPDATE policy_versions SET number = 2"),
    (
        "F15",
        """ALTER TABLE policy_versions DROP CONSTRAINT ck_policy_versions_begins_when_published;
            UPDATE policy_versions SET in_force_from = published_at - interval '1 day'""",
    ),
    ("F15", _draft(source="'another'", kept="'another'") + _BY_STAFF.format(who="staff:2")),
    ("F15", _draft(kept="'another'") + _BY_STAFF.format(who="staff:2")),
    ("F15", _draft(version=2) + _BY_STAFF.format(who="staff:2")),
    ("F15", _draft() + _BY_STAFF.format(who="staff:2") + _FORGOTTEN),
    ("P11", _BY_STAFF.format(who="staff:2")),
    ("P11", _BY_STAFF.format(who="system:")),
    ("P11", _BY_STAFF.format(who="claimant:1")),
    ("P11", _draft() + _BY_STAFF.format(who="staff:1")),
    ("P11", _draft()),
)
