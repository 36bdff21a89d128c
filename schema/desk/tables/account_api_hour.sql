CREATE TABLE dashboard.account_api_hour (
    bucket     timestamptz NOT NULL,
    account_id uuid NOT NULL,
    service    text NOT NULL,
    requests   bigint NOT NULL,
    errors     bigint NOT NULL,
    tokens     bigint NOT NULL,
    credits    bigint NOT NULL,
    unknown    bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (bucket, account_id, service)
);
COMMENT ON TABLE dashboard.account_api_hour IS 'By account and hour, for eight days; no account is the zero uuid.';
