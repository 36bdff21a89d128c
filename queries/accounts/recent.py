"""What one customer made, generated, trained, and ran into: blocks of the account's page."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Double, func, literal_column, select, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by

from queries.accounts.detail import LISTED
from queries.sql import usable
from queries.sql.constants import constant
from queries.sql.keyset import capped_count
from queries.sql.outcomes import has_failed, is_unknown
from queries.sql.time import lately
from queries.tables import (
    api_usage_logs,
    audit_log,
    avatar_models,
    content_pieces,
    generated_content,
    projects,
    voice_models,
)
from queries.tables.base import Rows

MODELS: Final = 12


def recent_projects(account_id: UUID, limit: int = LISTED) -> Rows:
    """Its projects, the last touched first; `projects` counts all. Columns: id, title, is_archived, created_at,
    last_accessed_at, projects."""
    p = projects.c
    return (
        select(
            p.id,
            p.title,
            func.coalesce(p.is_archived, literal_column("false")).label("is_archived"),
            p.created_at,
            p.last_accessed_at,
            capped_count(select(p.id).where(p.account_id == account_id)).label("projects"),
        )
        .where(p.account_id == account_id)
        .order_by(p.last_accessed_at.desc().nulls_last(), p.id)
        .limit(limit)
    )


def content(account_id: UUID) -> Rows:
    """Its content pieces by processing status. Columns: status (None: not recorded), pieces, bytes, newest_at. Most
    first."""
    c = content_pieces.c
    return (
        select(
            c.processing_status.label("status"),
            func.count().label("pieces"),
            func.coalesce(func.sum(c.file_size_bytes), 0).cast(Double).label("bytes"),
            func.max(usable.moment(c.created_at)).label("newest_at"),
        )
        .where(c.account_id == account_id)
        .group_by(c.processing_status)
        .order_by(func.count().desc(), c.processing_status)
    )


def media(account_id: UUID) -> Rows:
    """What was generated for it, by type and status. Columns: content_type, status, media, credits, newest_at."""
    g = generated_content.c
    return (
        select(
            g.content_type,
            g.generation_status.label("status"),
            func.count().label("media"),
            func.coalesce(func.sum(g.generation_cost_credits), 0).cast(BigInteger).label("credits"),
            func.max(usable.moment(g.created_at)).label("newest_at"),
        )
        .where(g.account_id == account_id)
        .group_by(g.content_type, g.generation_status)
        .order_by(func.count().desc(), g.content_type, g.generation_status)
    )


def models(account_id: UUID, limit: int = MODELS) -> Rows:
    """Its voice and avatar models, active ones first, then the newest. Columns: id, kind (voice, avatar), name, status,
    is_active, quality_score, created_at, models (of either kind)."""
    v, a = voice_models.c, avatar_models.c

    def of(kind: str, table: Any, status: ColumnElement[Any]) -> Rows:
        columns = (table.c.id, constant(kind).label("kind"), table.c.name, status.label("status"))
        active = table.c.is_active.is_not(False).label("is_active")
        return select(*columns, active, table.c.quality_score, table.c.created_at).where(
            table.c.account_id == account_id
        )

    kinds = (of("voice", voice_models, v.training_status), of("avatar", avatar_models, a.creation_status))
    m = union_all(*kinds).subquery("m").c
    return (
        select(*m, func.count().over().label("models"))
        .order_by(m.is_active.desc(), m.created_at.desc().nulls_last(), m.id)
        .limit(limit)
    )


def api_errors(account_id: UUID, hours: int = 24) -> Rows:
    """Its API calls of the last hours by service.

    Columns: service, calls, errors, unknown (neither status nor message: in no rate), errors_429, errors_5xx,
    last_error_at, last_error (its message). Most errors first.
    """
    logs = api_usage_logs.c
    failed = has_failed()
    said = func.left(logs.error_message, 200)
    newest = func.array_agg(aggregate_order_by(said, logs.created_at.desc())).filter(failed, said.is_not(None))
    return (
        select(
            logs.service_name.label("service"),
            func.count().label("calls"),
            func.count().filter(failed).label("errors"),
            func.count().filter(is_unknown()).label("unknown"),
            func.count().filter(logs.status_code == 429).label("errors_429"),
            func.count().filter(logs.status_code >= 500).label("errors_5xx"),
            func.max(logs.created_at).filter(failed).label("last_error_at"),
            newest[literal_column("1")].label("last_error"),
        )
        .where(logs.account_id == account_id, *lately(logs.created_at, hours))
        .group_by(logs.service_name)
        .order_by(func.count().filter(failed).desc(), func.count().desc(), logs.service_name)
    )


def timeline(account_id: UUID, limit: int = 20) -> Rows:
    """What staff did to the account and what belongs to it, newest first. Columns: id, at, actor_email, action,
    object_type, object_id, reason, before, after (JSON text), total (of all, beyond the limit)."""
    a = audit_log.c
    return (
        select(
            *(a.id, a.at, a.actor_email, a.action, a.object_type, a.object_id, a.reason, a.before, a.after),
            func.count().over().label("total"),
        )
        .where(a.account_id == account_id)
        .order_by(a.at.desc(), a.id.desc())
        .limit(limit)
    )
