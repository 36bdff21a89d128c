CREATE TABLE dashboard.api_usage_day (
    bucket       date NOT NULL,
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
COMMENT ON TABLE dashboard.api_usage_day IS 'The hours merged into UTC days.';
