"""Voices: what customers said in their own words, made searchable; and the themes that were found in it.

The words themselves stand where they were said, in claims and messages: here is only what finds them.
"""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.voices import Source, Tongue
from portal.records.tables.base import Base, Key, Moment, Ref, one_of


class ThemeSearch(Base):
    """A search for themes among the voices of one language and one span of time."""

    __tablename__ = "theme_searches"
    __table_args__ = (
        CheckConstraint(one_of("tongue", Tongue), name="tongue"),
        CheckConstraint("voices >= 0", name="counted"),
        Index("ix_theme_searches_tongue", "tongue", "made_at"),
    )

    id: Mapped[Key]
    tongue: Mapped[str] = mapped_column(String(16))
    since: Mapped[Moment]
    until: Mapped[Moment]
    # How many were looked through, those that no theme speaks for among them.
    voices: Mapped[int]
    made_at: Mapped[Moment]


class Theme(Base):
    """Words that are said together by several people. Nobody gives it a title: its words are what it is.

    It has none from when somebody is erased whose words may be among them until themes are looked for once more.
    """

    __tablename__ = "themes"
    __table_args__ = (UniqueConstraint("search_id", "position"), CheckConstraint("voices > 0", name="of_somebody"))

    id: Mapped[Key]
    ref: Mapped[Ref]
    search_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("theme_searches.id"))
    # From 1, the commonest first.
    position: Mapped[int]
    words: Mapped[list[str]] = mapped_column(JSONB)
    # How many spoke of it when it was found.
    voices: Mapped[int]
    # The keys of a few voices that speak of it most clearly; one that is gone by now is shown no more.
    examples: Mapped[list[int]] = mapped_column(JSONB)


class Voice(Base):
    """Words of a customer: of a report, or of an answer. Deleted when the customer is erased."""

    __tablename__ = "voices"
    __table_args__ = (
        UniqueConstraint("message_id"),
        CheckConstraint(one_of("source", Source), name="source"),
        CheckConstraint(one_of("tongue", Tongue), name="tongue"),
        CheckConstraint("(source = 'report') = (message_id IS NULL)", name="answer_is_a_message"),
        Index("ix_voices_one_report", "claim_id", unique=True, postgresql_where="source = 'report'"),
        Index("ix_voices_claim_id", "claim_id"),
        Index("ix_voices_said_at", "said_at"),
        Index("ix_voices_theme_id", "theme_id", postgresql_where="theme_id IS NOT NULL"),
        Index("ix_voices_lexemes", "lexemes", postgresql_using="gin"),
    )

    id: Mapped[Key]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claims.id"))
    message_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("claim_messages.id"))
    source: Mapped[str] = mapped_column(String(16))
    said_at: Mapped[Moment]
    tongue: Mapped[str] = mapped_column(String(16))
    # Stems of the words as they stand, and of the same without accents, so that either way of typing finds them.
    lexemes: Mapped[str] = mapped_column(TSVECTOR)
    # Of the newest search; none where it speaks of nothing that others speak of too.
    theme_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("themes.id"))
