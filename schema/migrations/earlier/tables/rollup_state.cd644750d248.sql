CREATE TABLE dashboard.rollup_state (
    source        text PRIMARY KEY,
    watermark     timestamptz,
    refreshed_at  timestamptz,
    audited_at    timestamptz,
    last_ms       bigint,
    last_error    text,
    audit_error   text,
    failing_since timestamptz,
    left_out      jsonb NOT NULL DEFAULT '{}',
    faults        jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON COLUMN dashboard.rollup_state.watermark IS 'What is before it is rolled up; from it on, read raw rows.';
COMMENT ON COLUMN dashboard.rollup_state.audit_error IS 'What stopped the last comparison with the raw rows.';
COMMENT ON COLUMN dashboard.rollup_state.failing_since IS 'Since when there is a last_error.';
COMMENT ON COLUMN dashboard.rollup_state.left_out IS 'Rows counted out, by table.column of the product.';
COMMENT ON COLUMN dashboard.rollup_state.faults IS 'Accounts that fail, each alone: since when, and why.';
INSERT INTO dashboard.rollup_state (source) VALUES ('api_usage'), ('jobs'), ('usage'), ('accounts');
