-- Found by search_text without an index: a scan of some fifty thousand short texts answers rare and common words alike.
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
    quiet_since       date,
    quiet_actual      bigint,
    quiet_expected    double precision,
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
    worst_band        smallint NOT NULL GENERATED ALWAYS AS (dashboard.worst_band(
        creators_used, creator_limit, users_used, user_limit, voice_models_used, voice_model_limit,
        storage_used_gb, storage_limit_gb
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
    ) STORED,
    search_text       text NOT NULL DEFAULT '',
    left_out          jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE dashboard.account_summary IS 'One row per account, kept by the Desk: any order is one scan of it.';
COMMENT ON COLUMN dashboard.account_summary.credits_course IS 'Credits of the last 30 complete UTC days, oldest first.';
COMMENT ON COLUMN dashboard.account_summary.quiet_since IS 'The first of the three quiet days; NULL unless is_quiet.';
COMMENT ON COLUMN dashboard.account_summary.quiet_expected IS 'What the past lets expect of the three days.';
COMMENT ON COLUMN dashboard.account_summary.storage_rate_7 IS 'GB a day over the 7 days before the latest gauge.';
COMMENT ON COLUMN dashboard.account_summary.search_text IS 'Name, billing and members'' e-mails in lower case.';
COMMENT ON COLUMN dashboard.account_summary.left_out IS 'Rows counted out, by table.column of the product.';
