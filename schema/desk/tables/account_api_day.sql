CREATE TABLE dashboard.account_api_day (
    bucket     date NOT NULL,
    account_id uuid NOT NULL,
    service    text NOT NULL,
    requests   bigint NOT NULL,
    errors     bigint NOT NULL,
    tokens     bigint NOT NULL,
    credits    bigint NOT NULL,
    unknown    bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (bucket, account_id, service)
);
CREATE INDEX account_api_day_account_idx ON dashboard.account_api_day (account_id, bucket);
