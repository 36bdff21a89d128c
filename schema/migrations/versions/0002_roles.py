"""The roles the Desk works under: what each may read and change, column by column, and nothing more."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0002"
down_revision = "0001"

# Every column of the seed's 22 tables. A column that the product adds later stays invisible until it is granted.
READ: Final[dict[str, str]] = {
    "accounts": (
        "id name subscription_status plan_type billing_email creator_limit user_limit voice_model_limit "
        "storage_limit_gb created_at updated_at"
    ),
    "users": ("id account_id email role first_name last_name avatar_url is_active last_login_at created_at updated_at"),
    "user_profiles": (
        "id user_id brand_name brand_description persona_description target_audience "
        "content_style_preferences social_media_handles created_at updated_at"
    ),
    "creator_categories": "id name description sort_order is_active created_at",
    "creators": (
        "id platform username profile_url display_name follower_count category_id is_verified is_active "
        "last_scraped_at scrape_frequency_hours metadata created_at updated_at"
    ),
    "account_followed_creators": "id account_id creator_id followed_by_user_id followed_at is_active",
    "projects": (
        "id account_id created_by_user_id title description canvas_data is_archived created_at updated_at "
        "last_accessed_at last_accessed_by_user_id"
    ),
    "project_collaborators": "id project_id user_id permission_level added_at added_by_user_id",
    "canvas_folders": (
        "id project_id name position_x position_y width height is_collapsed color folder_data created_at "
        "updated_at created_by_user_id"
    ),
    "chat_interfaces": (
        "id project_id name position_x position_y width height chat_history connected_content "
        "ai_model_preference created_at updated_at created_by_user_id"
    ),
    "content_pieces": (
        "id account_id project_id creator_id uploaded_by_user_id source_url platform content_type title "
        "description thumbnail_url original_file_url original_file_path transcript duration_seconds "
        "file_size_bytes position_x position_y metadata storage_expires_at is_remix processing_status "
        "created_at updated_at"
    ),
    "content_analysis": (
        "id content_piece_id hook_analysis body_analysis cta_analysis content_style_analysis hashtags "
        "mentions trending_elements engagement_score sentiment_score analysis_status analyzed_at "
        "ai_model_used analysis_cost_credits created_at updated_at"
    ),
    "canvas_folder_items": "id folder_id content_piece_id sort_order added_at added_by_user_id",
    "canvas_connections": (
        "id project_id source_type source_id target_type target_id connection_style created_at created_by_user_id"
    ),
    "generated_scripts": (
        "id content_piece_id user_id account_id original_script research_perspectives rewritten_script "
        "generation_prompt ai_model_used generation_status generation_cost_credits generated_at "
        "created_at updated_at"
    ),
    "voice_models": (
        "id user_id account_id name elevenlabs_voice_id sample_audio_url sample_audio_path "
        "training_status version_number is_active quality_score training_duration_seconds created_at "
        "updated_at"
    ),
    "avatar_models": (
        "id user_id account_id name heygen_avatar_id sample_video_url sample_video_path "
        "training_photos_urls training_photos_paths creation_status is_active quality_score created_at "
        "updated_at"
    ),
    "generated_content": (
        "id account_id project_id user_id script_id voice_model_id avatar_model_id content_type file_url "
        "file_path file_size_bytes duration_seconds generation_status processing_started_at "
        "processing_completed_at generation_cost_credits error_message metadata created_at updated_at"
    ),
    "processing_queue": (
        "id account_id user_id job_type job_data priority status attempts max_attempts scheduled_at "
        "started_at completed_at error_message estimated_credits actual_credits created_at updated_at"
    ),
    "api_usage_logs": (
        "id account_id user_id service_name endpoint request_type tokens_used credits_cost "
        "response_time_ms status_code error_message created_at"
    ),
    "account_usage_stats": (
        "id account_id stat_date projects_created content_pieces_added scripts_generated "
        "voice_generations avatar_generations total_credits_used storage_used_gb created_at updated_at"
    ),
    "content_annotations": (
        "id content_piece_id user_id annotation_text position_x position_y annotation_type created_at updated_at"
    ),
}

# What the Desk's forms change. Nothing is deleted: deleting an account would cascade into its whole history.
UPDATE: Final[dict[str, str]] = {
    "accounts": "creator_limit user_limit voice_model_limit storage_limit_gb updated_at",
    "creator_categories": "name description sort_order is_active",
    "creators": "display_name category_id is_active is_verified scrape_frequency_hours updated_at",
    "processing_queue": ("status priority scheduled_at started_at completed_at max_attempts error_message updated_at"),
}
INSERT: Final = ("creators", "creator_categories", "processing_queue")

# Timeouts belong to the role: a SET leaks to the next client through a pooler in transaction mode.
SETTINGS: Final[dict[str, dict[str, str]]] = {
    "desk_reader": {
        "default_transaction_read_only": "on",
        "statement_timeout": "15s",
        "lock_timeout": "2s",
        "idle_in_transaction_session_timeout": "30s",
    },
    "desk_writer": {
        "statement_timeout": "15s",
        "lock_timeout": "2s",
        "idle_in_transaction_session_timeout": "30s",
    },
}

# Roles belong to the whole server, so another database may have made them already; changing nothing that is right
# lets a second owner migrate, and two databases migrate at once. Without BYPASSRLS a table that lacks a policy for
# staff would return zero rows and no error: wrong numbers instead of a failure.
ROLE = """
DO $$
BEGIN
    IF to_regrole('{role}') IS NULL THEN
        CREATE ROLE {role} LOGIN;
    END IF;
    IF NOT (SELECT rolbypassrls AND rolcanlogin FROM pg_roles WHERE rolname = '{role}') THEN
        ALTER ROLE {role} LOGIN BYPASSRLS;
    END IF;
    {settings}
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
        MESSAGE = 'The role {role} cannot be made as ' || current_user || ', ' || SQLERRM || '.',
        HINT = 'Ask a superuser for: CREATE ROLE {role} LOGIN BYPASSRLS; then migrate again.';
END
$$;
"""
SETTING = """
    IF NOT EXISTS (
        SELECT FROM pg_db_role_setting
        WHERE setrole = to_regrole('{role}') AND setdatabase = 0 AND '{name}={value}' = ANY (setconfig)
    ) THEN
        ALTER ROLE {role} SET {name} = '{value}';
    END IF;
"""

DASHBOARD = """
REVOKE ALL ON SCHEMA dashboard FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA dashboard FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA dashboard FROM PUBLIC;
GRANT USAGE ON SCHEMA public, dashboard TO desk_reader, desk_writer;
GRANT SELECT ON dashboard.alembic_version, dashboard.staff, dashboard.staff_session, dashboard.audit_log
    TO desk_reader, desk_writer;
GRANT INSERT, UPDATE, DELETE ON dashboard.staff, dashboard.staff_session TO desk_writer;
GRANT INSERT ON dashboard.audit_log TO desk_writer;
"""

# Supabase's API roles: default privileges could hand them whatever appears in a new schema.
API_ROLES = """
DO $$
DECLARE api_role text;
BEGIN
    FOR api_role IN SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated') LOOP
        EXECUTE 'REVOKE ALL ON SCHEMA dashboard FROM ' || quote_ident(api_role);
        EXECUTE 'REVOKE ALL ON ALL TABLES IN SCHEMA dashboard FROM ' || quote_ident(api_role);
    END LOOP;
END
$$;
"""


def columns(words: str) -> str:
    """The words as a column list."""
    return ", ".join(words.split())


def upgrade() -> None:
    """Create both roles where missing, then grant."""
    for role, wanted in SETTINGS.items():
        settings = "".join(SETTING.format(role=role, name=name, value=value) for name, value in wanted.items())
        op.execute(ROLE.format(role=role, settings=settings))
    op.execute(DASHBOARD)
    op.execute(API_ROLES)
    for table, words in READ.items():
        op.execute(f"GRANT SELECT ({columns(words)}) ON public.{table} TO desk_reader, desk_writer")
    for table, words in UPDATE.items():
        op.execute(f"GRANT UPDATE ({columns(words)}) ON public.{table} TO desk_writer")
    for table in INSERT:
        op.execute(f"GRANT INSERT ON public.{table} TO desk_writer")
