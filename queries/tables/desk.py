"""Which columns the Desk's own tables have; `schema/desk/tables/` says how they are made."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Column, Identity, LargeBinary, Named, Table, Text, TypedColumns, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from queries.tables.base import METADATA, UTC_TIME


class StaffColumns(TypedColumns):
    """Columns of `dashboard.staff`."""

    user_id: Named[UUID] = Column(Uuid, primary_key=True)
    email: Named[str] = Column(Text)
    name: Named[str] = Column(Text)
    role: Named[str] = Column(Text)
    is_active: Named[bool]
    created_at: Named[datetime] = Column(UTC_TIME)
    updated_at: Named[datetime] = Column(UTC_TIME)
    last_seen_at: Named[datetime | None] = Column(UTC_TIME)


staff = Table("staff", METADATA, StaffColumns, schema="dashboard")


class StaffSessionColumns(TypedColumns):
    """Columns of `dashboard.staff_session`."""

    id_hash: Named[bytes] = Column(LargeBinary, primary_key=True)
    user_id: Named[UUID]
    created_at: Named[datetime] = Column(UTC_TIME)
    last_seen_at: Named[datetime] = Column(UTC_TIME)
    expires_at: Named[datetime] = Column(UTC_TIME)
    user_agent: Named[str | None] = Column(Text)
    address: Named[str | None] = Column(Text)
    other_addresses: Named[list[str]] = Column(ARRAY(Text))


staff_session = Table("staff_session", METADATA, StaffSessionColumns, schema="dashboard")


class AuditLogColumns(TypedColumns):
    """Columns of `dashboard.audit_log`."""

    id: Named[int] = Column(BigInteger, Identity(always=True), primary_key=True)
    at: Named[datetime] = Column(UTC_TIME)
    actor_id: Named[UUID | None]
    actor_email: Named[str | None] = Column(Text)
    actor_role: Named[str | None] = Column(Text)
    action: Named[str] = Column(Text)
    object_type: Named[str] = Column(Text)
    object_id: Named[str | None] = Column(Text)
    account_id: Named[UUID | None]
    reason: Named[str | None] = Column(Text)
    before: Named[object | None] = Column(JSONB(none_as_null=True))
    after: Named[object | None] = Column(JSONB(none_as_null=True))
    request_id: Named[str | None] = Column(Text)


audit_log = Table("audit_log", METADATA, AuditLogColumns, schema="dashboard")


class BulkRunColumns(TypedColumns):
    """Columns of `dashboard.bulk_run`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    actor_id: Named[UUID]
    verb: Named[str] = Column(Text)
    parameters: Named[object] = Column(JSONB)
    reason: Named[str | None] = Column(Text)
    asked: Named[object] = Column(JSONB)
    fates: Named[object] = Column(JSONB)
    started_at: Named[datetime] = Column(UTC_TIME)
    updated_at: Named[datetime] = Column(UTC_TIME)
    closed_at: Named[datetime | None] = Column(UTC_TIME)


bulk_run = Table("bulk_run", METADATA, BulkRunColumns, schema="dashboard")


class StaffNoteColumns(TypedColumns):
    """Columns of `dashboard.staff_note`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    object_type: Named[str] = Column(Text)
    object_id: Named[UUID]
    author_id: Named[UUID]
    author_email: Named[str] = Column(Text)
    body: Named[str] = Column(Text)
    is_pinned: Named[bool]
    created_at: Named[datetime] = Column(UTC_TIME)
    updated_at: Named[datetime] = Column(UTC_TIME)


staff_note = Table("staff_note", METADATA, StaffNoteColumns, schema="dashboard")


class AuditChainColumns(TypedColumns):
    """Columns of `dashboard.audit_chain`."""

    position: Named[int] = Column(BigInteger, primary_key=True, autoincrement=False)
    audit_id: Named[int | None] = Column(BigInteger)
    hash: Named[bytes] = Column(LargeBinary)


audit_chain = Table("audit_chain", METADATA, AuditChainColumns, schema="dashboard")


class AttemptColumns(TypedColumns):
    """Columns of `dashboard.attempt`."""

    id_hash: Named[bytes] = Column(LargeBinary, primary_key=True)
    tries: Named[int] = Column(BigInteger)
    ends_at: Named[datetime] = Column(UTC_TIME)


attempt = Table("attempt", METADATA, AttemptColumns, schema="dashboard")


class KnownBrowserColumns(TypedColumns):
    """Columns of `dashboard.known_browser`."""

    id_hash: Named[bytes] = Column(LargeBinary, primary_key=True)
    user_id: Named[UUID] = Column(primary_key=True)
    seen_at: Named[datetime] = Column(UTC_TIME)


known_browser = Table("known_browser", METADATA, KnownBrowserColumns, schema="dashboard")
