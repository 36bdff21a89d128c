-- Narrow histograms on purpose: bucket numbers end near 540, and no bucket of a day counts two thousand million calls.
CREATE TABLE dashboard.api_usage_hour (
    bucket       timestamptz NOT NULL,
    service      text NOT NULL,
    endpoint     text NOT NULL,
    request_type text NOT NULL,
    requests     bigint NOT NULL,
    errors       bigint NOT NULL,
    errors_429   bigint NOT NULL,
    errors_5xx   bigint NOT NULL,
    unknown      bigint NOT NULL,
    tokens       bigint NOT NULL,
    credits      bigint NOT NULL,
    lat_n        bigint NOT NULL,
    lat_sum      bigint NOT NULL,
    -- squawk-ignore prefer-bigint-over-int
    lat_max      integer,
    -- squawk-ignore prefer-bigint-over-smallint
    hb           smallint[],
    -- squawk-ignore prefer-bigint-over-int
    hn           integer[],
    PRIMARY KEY (bucket, service, endpoint, request_type)
);
COMMENT ON TABLE dashboard.api_usage_hour IS 'API calls by hour; a NULL endpoint or request type is the empty string.';
COMMENT ON COLUMN dashboard.api_usage_hour.hb IS 'Latency histogram: bucket numbers, see dashboard.latency_bucket.';
COMMENT ON COLUMN dashboard.api_usage_hour.hn IS 'Latency histogram: calls in each bucket of hb.';
