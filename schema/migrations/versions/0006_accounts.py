"""Accounts: what each used and where it stands, kept so that any order over all is one scan; notes that staff write."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

# The bands of a quota in the order of urgency, and a sort value that puts use of a limit of 0 above every share.
FUNCTIONS = """
CREATE FUNCTION dashboard.quota_band(used numeric, lim integer) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN used IS NULL OR lim IS NULL THEN 0 WHEN used > lim THEN 4 WHEN used = lim THEN 3
        WHEN used >= 0.8 * lim THEN 2 ELSE 1 END::smallint
$$;
COMMENT ON FUNCTION dashboard.quota_band IS '4 over, 3 at limit, 2 near (from 80 %), 1 ok, 0 unknown.';

CREATE FUNCTION dashboard.quota_use(used numeric, lim integer) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN lim > 0 THEN round(1000000 * used / lim)::bigint WHEN used > lim THEN 9000000000000000
        WHEN used = lim THEN 1000000 END
$$;
COMMENT ON FUNCTION dashboard.quota_use IS 'Use of the limit in millionths.';

CREATE FUNCTION dashboard.days_to_full(used numeric, lim integer, rate double precision) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN used >= lim THEN 0
        WHEN rate > 0 THEN least(ceil((lim - used)::double precision / rate), 1000000)::bigint END
$$;
COMMENT ON FUNCTION dashboard.days_to_full IS 'Days at so many GB a day; NULL when it does not grow.';
"""

SUMMARY = """
CREATE TABLE dashboard.account_summary (
    account_id        uuid PRIMARY KEY,
    name              text NOT NULL,
    plan_type         text,
    status            text,
    -- squawk-ignore prefer-bigint-over-int
    creator_limit     integer,
    -- squawk-ignore prefer-bigint-over-int
    user_limit        integer,
    -- squawk-ignore prefer-bigint-over-int
    voice_model_limit integer,
    -- squawk-ignore prefer-bigint-over-int
    storage_limit_gb  integer,
    creators_used     bigint NOT NULL,
    users_used        bigint NOT NULL,
    voice_models_used bigint NOT NULL,
    storage_used_gb   numeric(10, 2),
    storage_on        date,
    storage_rate_7    double precision,
    storage_rate_28   double precision,
    credits_month     bigint NOT NULL,
    credits_previous  bigint NOT NULL,
    credits_projected bigint,
    credits_course    bigint[] NOT NULL,
    is_quiet          boolean NOT NULL,
    last_active_at    timestamptz,
    -- squawk-ignore prefer-bigint-over-smallint
    creators_band     smallint NOT NULL GENERATED ALWAYS AS
        (dashboard.quota_band(creators_used, creator_limit)) STORED,
    -- squawk-ignore prefer-bigint-over-smallint
    users_band        smallint NOT NULL GENERATED ALWAYS AS (dashboard.quota_band(users_used, user_limit)) STORED,
    -- squawk-ignore prefer-bigint-over-smallint
    voice_models_band smallint NOT NULL GENERATED ALWAYS AS
        (dashboard.quota_band(voice_models_used, voice_model_limit)) STORED,
    -- squawk-ignore prefer-bigint-over-smallint
    storage_band      smallint NOT NULL GENERATED ALWAYS AS
        (dashboard.quota_band(storage_used_gb, storage_limit_gb)) STORED,
    -- squawk-ignore prefer-bigint-over-smallint
    worst_band        smallint NOT NULL GENERATED ALWAYS AS (greatest(
        dashboard.quota_band(creators_used, creator_limit),
        CASE WHEN users_used = 1 AND user_limit = 1 THEN 1 ELSE dashboard.quota_band(users_used, user_limit) END,
        dashboard.quota_band(voice_models_used, voice_model_limit),
        dashboard.quota_band(storage_used_gb, storage_limit_gb)
    )) STORED,
    creators_use      bigint GENERATED ALWAYS AS (dashboard.quota_use(creators_used, creator_limit)) STORED,
    users_use         bigint GENERATED ALWAYS AS (dashboard.quota_use(users_used, user_limit)) STORED,
    voice_models_use  bigint GENERATED ALWAYS AS (dashboard.quota_use(voice_models_used, voice_model_limit)) STORED,
    storage_use       bigint GENERATED ALWAYS AS (dashboard.quota_use(storage_used_gb, storage_limit_gb)) STORED,
    full_soonest_days bigint GENERATED ALWAYS AS (CASE WHEN storage_rate_7 IS NOT NULL AND storage_rate_28 IS NOT NULL
        THEN dashboard.days_to_full(storage_used_gb, storage_limit_gb, greatest(storage_rate_7, storage_rate_28)) END
    ) STORED,
    full_latest_days  bigint GENERATED ALWAYS AS (CASE WHEN storage_rate_7 IS NOT NULL AND storage_rate_28 IS NOT NULL
        THEN dashboard.days_to_full(storage_used_gb, storage_limit_gb, least(storage_rate_7, storage_rate_28)) END
    ) STORED
);
COMMENT ON TABLE dashboard.account_summary IS 'One row per account, kept by the Desk: any order is one scan of it.';
COMMENT ON COLUMN dashboard.account_summary.worst_band IS 'One user of one is what most accounts are: not a worry.';
COMMENT ON COLUMN dashboard.account_summary.credits_course IS 'Credits of the last 30 complete UTC days, oldest first.';
COMMENT ON COLUMN dashboard.account_summary.storage_rate_7 IS 'GB a day over the 7 days before the latest gauge.';
INSERT INTO dashboard.rollup_state (source) VALUES ('accounts');
"""

NOTES = """
CREATE TABLE dashboard.staff_note (
    id           uuid PRIMARY KEY,
    object_type  text NOT NULL,
    object_id    uuid NOT NULL,
    author_id    uuid NOT NULL,
    author_email text NOT NULL,
    body         text NOT NULL CHECK (length(body) BETWEEN 1 AND 4000),
    is_pinned    boolean NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE dashboard.staff_note IS 'What staff tell each other about an object; customers never see it.';
CREATE INDEX staff_note_object_idx ON dashboard.staff_note (object_type, object_id, created_at DESC);
"""

GRANTS = """
REVOKE ALL ON dashboard.account_summary, dashboard.staff_note FROM PUBLIC;
REVOKE ALL ON FUNCTION dashboard.quota_band, dashboard.quota_use, dashboard.days_to_full FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dashboard.quota_band, dashboard.quota_use, dashboard.days_to_full
    TO desk_reader, desk_writer;
GRANT SELECT ON dashboard.account_summary, dashboard.staff_note TO desk_reader, desk_writer;
GRANT INSERT, UPDATE, DELETE ON dashboard.account_summary TO desk_writer;
GRANT INSERT ON dashboard.staff_note TO desk_writer;
GRANT UPDATE (body, is_pinned, updated_at) ON dashboard.staff_note TO desk_writer;
"""


def upgrade() -> None:
    """Create the summary, the notes, and who may touch them."""
    for statements in (FUNCTIONS, SUMMARY, NOTES, GRANTS):
        op.execute(statements)
