-- Who calls most in a month is a fifth of the rows to read here.
CREATE TABLE dashboard.account_call_day (
    bucket     date NOT NULL,
    account_id uuid NOT NULL,
    requests   bigint NOT NULL,
    errors     bigint NOT NULL,
    tokens     bigint NOT NULL,
    credits    bigint NOT NULL,
    unknown    bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (bucket, account_id)
);
COMMENT ON TABLE dashboard.account_call_day IS 'account_api_day, its services added up.';
