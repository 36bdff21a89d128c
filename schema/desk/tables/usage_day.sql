CREATE TABLE dashboard.usage_day (
    bucket     date PRIMARY KEY,
    accounts   bigint NOT NULL,
    credits    bigint NOT NULL,
    projects   bigint NOT NULL,
    pieces     bigint NOT NULL,
    scripts    bigint NOT NULL,
    voice      bigint NOT NULL,
    avatar     bigint NOT NULL,
    storage_gb numeric(30, 2),
    left_out   bigint NOT NULL DEFAULT 0
);
COMMENT ON TABLE dashboard.usage_day IS 'Daily statistics of all accounts; storage is NULL where nobody was measured.';
COMMENT ON COLUMN dashboard.usage_day.left_out IS 'Accounts whose storage is no usable number.';
CREATE INDEX usage_day_left_out_idx ON dashboard.usage_day (bucket) WHERE left_out > 0;
