"""Every table the Desk reads or writes, column by column; a drift test compares them with the database."""

from __future__ import annotations

from queries.tables.accounts import account_usage_stats, accounts, user_profiles, users
from queries.tables.base import METADATA
from queries.tables.canvas import (
    canvas_connections,
    canvas_folder_items,
    canvas_folders,
    chat_interfaces,
    project_collaborators,
    projects,
)
from queries.tables.content import (
    avatar_models,
    content_analysis,
    content_annotations,
    content_pieces,
    generated_content,
    generated_scripts,
    voice_models,
)
from queries.tables.creators import account_followed_creators, creator_categories, creator_draft, creators
from queries.tables.desk import (
    attempt,
    audit_chain,
    audit_log,
    bulk_run,
    known_browser,
    staff,
    staff_note,
    staff_session,
)
from queries.tables.operations import api_usage_logs, processing_queue
from queries.tables.reviews import review, review_verdict
from queries.tables.rollups import (
    account_api_day,
    account_api_hour,
    account_call_day,
    api_usage_day,
    api_usage_hour,
    job_failure,
    job_hour,
    rollup_mark,
    rollup_state,
    usage_day,
)
from queries.tables.summary import account_summary

__all__ = [
    "METADATA",
    "account_api_day",
    "account_api_hour",
    "account_call_day",
    "account_followed_creators",
    "account_summary",
    "account_usage_stats",
    "accounts",
    "api_usage_day",
    "api_usage_hour",
    "api_usage_logs",
    "attempt",
    "audit_chain",
    "audit_log",
    "avatar_models",
    "bulk_run",
    "canvas_connections",
    "canvas_folder_items",
    "canvas_folders",
    "chat_interfaces",
    "content_analysis",
    "content_annotations",
    "content_pieces",
    "creator_categories",
    "creator_draft",
    "creators",
    "generated_content",
    "generated_scripts",
    "job_failure",
    "job_hour",
    "known_browser",
    "processing_queue",
    "project_collaborators",
    "projects",
    "review",
    "review_verdict",
    "rollup_mark",
    "rollup_state",
    "staff",
    "staff_note",
    "staff_session",
    "usage_day",
    "user_profiles",
    "users",
    "voice_models",
]
