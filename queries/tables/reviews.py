"""Which columns the Desk's review tables have."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Double, Identity, Named, Table, Text, TypedColumns, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from queries.tables.base import METADATA, UTC_TIME


class ReviewColumns(TypedColumns):
    """Columns of `dashboard.review`."""

    kind: Named[str] = Column(Text, primary_key=True)
    object_id: Named[UUID] = Column(Uuid, primary_key=True)
    verdict: Named[str | None] = Column(Text)
    verdict_at: Named[datetime | None] = Column(UTC_TIME)
    verdict_by: Named[UUID | None]
    claimed_by: Named[UUID | None]
    claimed_at: Named[datetime | None] = Column(UTC_TIME)
    claimed_until: Named[datetime | None] = Column(UTC_TIME)
    requeued_at: Named[datetime | None] = Column(UTC_TIME)


review = Table("review", METADATA, ReviewColumns, schema="dashboard")


class ReviewVerdictColumns(TypedColumns):
    """Columns of `dashboard.review_verdict`."""

    id: Named[int] = Column(BigInteger, Identity(always=True), primary_key=True)
    kind: Named[str] = Column(Text)
    object_id: Named[UUID]
    reviewer_id: Named[UUID]
    reviewer_email: Named[str] = Column(Text)
    verdict: Named[str] = Column(Text)
    reasons: Named[list[str]] = Column(ARRAY(Text))
    words: Named[str | None] = Column(Text)
    claimed_at: Named[datetime | None] = Column(UTC_TIME)
    decided_at: Named[datetime] = Column(UTC_TIME)
    seconds: Named[float | None] = Column(Double[float])
    is_late: Named[bool]
    undone_at: Named[datetime | None] = Column(UTC_TIME)
    account_id: Named[UUID | None]
    creator_id: Named[UUID | None]
    platform: Named[str | None] = Column(Text)
    ai_model: Named[str | None] = Column(Text)


review_verdict = Table("review_verdict", METADATA, ReviewVerdictColumns, schema="dashboard")
