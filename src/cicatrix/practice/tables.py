"""The tables of a practice's database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Index, MetaData, String, TypeDecorator, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = ["Base"]

ID = String(32)
SHA = String(64)


class Moment(TypeDecorator[datetime]):
    """An aware time; SQLite keeps no zone, so that times are kept in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        del dialect
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of the tables; constraints have names, so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class PersonRow(Base):
    """A person under a pseudonym."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("pseudonym"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    pseudonym: Mapped[str] = mapped_column(String(100))
    note: Mapped[str] = mapped_column(String(2000))
    made_at: Mapped[datetime] = mapped_column(Moment)


class SiteRow(Base):
    """A place on a person's skin."""

    __tablename__ = "site"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    person_id: Mapped[str] = mapped_column(ID, ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(100))


class VisitRow(Base):
    """A day on which a person was seen."""

    __tablename__ = "visit"
    __table_args__ = (Index(None, "person_id", "day"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    person_id: Mapped[str] = mapped_column(ID, ForeignKey("person.id"))
    day: Mapped[date]
    note: Mapped[str] = mapped_column(String(2000))
    made_at: Mapped[datetime] = mapped_column(Moment)


class FileRow(Base):
    """Content of a file that lies in the store under its hash."""

    __tablename__ = "file"

    sha256: Mapped[str] = mapped_column(SHA, primary_key=True)
    bytes: Mapped[int]


class CaptureRow(Base):
    """A capture."""

    __tablename__ = "capture"
    __table_args__ = (Index(None, "visit_id"), Index(None, "site_id"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    visit_id: Mapped[str] = mapped_column(ID, ForeignKey("visit.id"))
    site_id: Mapped[str] = mapped_column(ID, ForeignKey("site.id"))
    kind: Mapped[str] = mapped_column(String(20))
    note: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(Moment)


class CaseRow(Base):
    """What was stated at a visit, at one moment."""

    __tablename__ = "stated_case"
    __table_args__ = (Index(None, "visit_id", "number"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    visit_id: Mapped[str] = mapped_column(ID, ForeignKey("visit.id"))
    number: Mapped[int]
    case: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(Moment)


class ResultRow(Base):
    """A result; the database refuses to change it."""

    __tablename__ = "result"
    __table_args__ = (Index(None, "capture_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    capture_id: Mapped[str] = mapped_column(ID, ForeignKey("capture.id"))
    case_id: Mapped[str | None] = mapped_column(ID, ForeignKey("stated_case.id"))
    start: Mapped[date | None]
    cicatrix: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime] = mapped_column(Moment)


class ComparisonRow(Base):
    """Two results of one site, compared."""

    __tablename__ = "comparison"
    __table_args__ = (Index(None, "person_id"), Index(None, "before_id", "after_id"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    person_id: Mapped[str] = mapped_column(ID, ForeignKey("person.id"))
    before_id: Mapped[str] = mapped_column(ID, ForeignKey("result.id"))
    after_id: Mapped[str] = mapped_column(ID, ForeignKey("result.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)


class FileUseRow(Base):
    """A file of a capture, a result or a comparison, by its name there."""

    __tablename__ = "holding"
    __table_args__ = (Index(None, "sha256"),)

    owner_id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    sha256: Mapped[str] = mapped_column(SHA, ForeignKey("file.sha256"))


class CorrectionRow(Base):
    """An event of correcting a result; the database refuses to change it."""

    __tablename__ = "edit"
    __table_args__ = (UniqueConstraint("result_id", "number"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    result_id: Mapped[str] = mapped_column(ID, ForeignKey("result.id"))
    number: Mapped[int]
    event: Mapped[dict[str, Any]] = mapped_column(JSON)
    actor: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime] = mapped_column(Moment)


class RepeatabilityRow(Base):
    """How well a rig repeats itself."""

    __tablename__ = "repeatability"
    __table_args__ = (Index(None, "rig"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    rig: Mapped[str] = mapped_column(String(100))
    repeat: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(Moment)


class JobRow(Base):
    """Work that takes long."""

    __tablename__ = "job"
    __table_args__ = (Index(None, "state", "made_at"), Index(None, "person_id"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    person_id: Mapped[str | None] = mapped_column(ID, ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    stage: Mapped[str] = mapped_column(String(100))
    done: Mapped[int]
    total: Mapped[int]
    message: Mapped[str] = mapped_column(String(4000))
    result_id: Mapped[str | None] = mapped_column(ID)
    tries: Mapped[int]
    worker: Mapped[str | None] = mapped_column(String(100))
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class LogRow(Base):
    """Who did what when; the database refuses to change it but for what an erased person's entries say of them.

    ``content`` is the hash of salt, person, subject and detail; ``chain`` is that of the entry before it, ``content``
    and the rest. Erasing takes the salt and what it salted and leaves both hashes, so the chain still holds.
    """

    __tablename__ = "log_entry"
    __table_args__ = (Index(None, "person_id"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(100))
    person_id: Mapped[str | None] = mapped_column(ID)
    detail: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    salt: Mapped[str | None] = mapped_column(String(32))
    content: Mapped[str] = mapped_column(SHA)
    chain: Mapped[str] = mapped_column(SHA)


class ErasureRow(Base):
    """Holds a row while a person is being erased, in that transaction alone: what is fixed may go then."""

    __tablename__ = "erasing"

    person_id: Mapped[str] = mapped_column(ID, primary_key=True)


class FileToRemoveRow(Base):
    """Files whose last owner was erased and that have yet to go from the store."""

    __tablename__ = "leaving"

    sha256: Mapped[str] = mapped_column(SHA, primary_key=True)


class CleanupRow(Base):
    """Work that is left after a commit: ``upload:TOKEN`` and ``job:ID`` to remove, ``database`` to compact."""

    __tablename__ = "cleanup"

    what: Mapped[str] = mapped_column(String(100), primary_key=True)


class AccountRow(Base):
    """Somebody who may use the practice's pages."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(20))
    password: Mapped[str] = mapped_column(String(300))
    failures: Mapped[int]
    locked_until: Mapped[datetime | None] = mapped_column(Moment)
    made_at: Mapped[datetime] = mapped_column(Moment)


class SessionRow(Base):
    """Somebody who is logged in; the token itself is not kept."""

    __tablename__ = "web_session"
    __table_args__ = (Index(None, "account_id"),)

    token_sha256: Mapped[str] = mapped_column(SHA, primary_key=True)
    account_id: Mapped[str | None] = mapped_column(ID, ForeignKey("account.id"))
    csrf: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
