"""Which columns the product's operations tables have."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Named, String, Table, Text, TypedColumns, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from queries.tables.base import METADATA, UTC_TIME


class ProcessingQueueColumns(TypedColumns):
    """Columns of `public.processing_queue`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    account_id: Named[UUID | None]
    user_id: Named[UUID | None]
    job_type: Named[str] = Column(String(100))
    job_data: Named[object] = Column(JSONB)
    priority: Named[int | None]
    status: Named[str | None] = Column(String(50))
    attempts: Named[int | None]
    max_attempts: Named[int | None]
    scheduled_at: Named[datetime | None] = Column(UTC_TIME)
    started_at: Named[datetime | None] = Column(UTC_TIME)
    completed_at: Named[datetime | None] = Column(UTC_TIME)
    error_message: Named[str | None] = Column(Text)
    estimated_credits: Named[int | None]
    actual_credits: Named[int | None]
    created_at: Named[datetime | None] = Column(UTC_TIME)
    updated_at: Named[datetime | None] = Column(UTC_TIME)


processing_queue = Table("processing_queue", METADATA, ProcessingQueueColumns, schema="public")


class ApiUsageLogsColumns(TypedColumns):
    """Columns of `public.api_usage_logs`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    account_id: Named[UUID | None]
    user_id: Named[UUID | None]
    service_name: Named[str] = Column(String(100))
    endpoint: Named[str | None] = Column(String(255))
    request_type: Named[str | None] = Column(String(50))
    tokens_used: Named[int | None]
    credits_cost: Named[int | None]
    response_time_ms: Named[int | None]
    status_code: Named[int | None]
    error_message: Named[str | None] = Column(Text)
    created_at: Named[datetime | None] = Column(UTC_TIME)


api_usage_logs = Table("api_usage_logs", METADATA, ApiUsageLogsColumns, schema="public")
