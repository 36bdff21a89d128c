-- What every part leans on: deterministic chance, ids, and the clock. Temporary, so the database keeps nothing of it.

SET LOCAL TimeZone = 'UTC';
SET LOCAL synchronous_commit = off;
SET LOCAL jit = off;
SET LOCAL work_mem = '128MB';
SET LOCAL maintenance_work_mem = '512MB';
-- Foreign keys are not checked row by row (a third of the time); a test looks for orphans instead.
SET LOCAL session_replication_role = replica;

-- A number in [0, 1) that depends on its arguments alone: the same row is the same on every machine.
CREATE FUNCTION pg_temp.u(no bigint, salt bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
    SELECT (hashint8extended(no, salt) & 9007199254740991)::float8 / 9007199254740992
$$;

-- A standard normal number (Box-Muller).
CREATE FUNCTION pg_temp.z(no bigint, salt bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
    SELECT sqrt(-2 * ln(1 - pg_temp.u(no, salt))) * cos(2 * pi() * pg_temp.u(no, -salt))
$$;

-- A rank in 1..n of which low ones are likelier: Zipf-Mandelbrot with exponent 1 and offset 3.
CREATE FUNCTION pg_temp.zipf(chance float8, n float8) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT floor(4 * exp(chance * ln((n + 4) / 4)) - 3)::int
$$;

CREATE FUNCTION pg_temp.pick(words text[], chance float8) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT words[1 + floor(chance * cardinality(words))::int]
$$;

-- Ids follow from kind and number, so that a demo link survives `make demo-reset`.
CREATE FUNCTION pg_temp.id(kind text, no bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT md5(kind || no::text)::uuid
$$;

CREATE FUNCTION pg_temp.slug(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT trim(both '-' from regexp_replace(lower(translate(name, 'ÅÄÖåäöéèüøçñíóáÉ''', 'AAOaaoeeuocnioaE')),
        '[^a-z0-9]+', '-', 'g'))
$$;

CREATE FUNCTION pg_temp.capital(words text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT upper(left(words, 1)) || substr(words, 2)
$$;

CREATE FUNCTION pg_temp.size(what text) RETURNS int LANGUAGE sql STABLE AS $$
    SELECT current_setting('demo.' || what)::int
$$;

-- The hours of the last 120 days with their share of all activity: threefold growth, weekdays over weekends, office
-- hours of Europe and America over nights. Shares depend on the date alone; hours that have not begun are left out.
CREATE TEMP TABLE hour AS
SELECT no, start, share
FROM (
    SELECT no, start, weight / sum(weight) OVER () AS share
    FROM (
        SELECT
            no,
            date_trunc('day', now()) + (no - 120 * 24) * interval '1 hour' AS start,
            exp(ln(3) * (no / 24) / 120.0)
            * (ARRAY[1.05, 1.12, 1.1, 1.06, 0.92, 0.45, 0.5])[
                extract(isodow FROM date_trunc('day', now()) + (no / 24 - 120) * interval '1 day')::int
            ]
            * (ARRAY[0.25, 0.2, 0.18, 0.17, 0.18, 0.25, 0.45, 0.8, 1.15, 1.4, 1.5, 1.45,
                     1.35, 1.45, 1.6, 1.65, 1.55, 1.4, 1.2, 1.0, 0.85, 0.7, 0.5, 0.35])[1 + no % 24]
            * (0.9 + 0.2 * pg_temp.u(no / 24, 1)) AS weight
        FROM generate_series(0, 121 * 24 - 1) AS no
    ) AS weighted
) AS shared
WHERE start <= now();

-- The outage: the busiest two and a half hours that are over and within the last 24, whatever the time of day.
CREATE TEMP TABLE outage AS
SELECT start + interval '8 minutes' AS began, start + interval '2 hours 38 minutes' AS ended
FROM (
    SELECT start, sum(share) OVER (ORDER BY no ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING) AS load FROM hour
) AS windows
WHERE start BETWEEN now() - interval '22 hours' AND now() - interval '3 hours'
ORDER BY load DESC
LIMIT 1;

-- A table that is emptied in the same transaction needs no write-ahead log under wal_level = minimal; `load` made sure
-- that these are empty.
TRUNCATE api_usage_logs, processing_queue;

-- Building an index once is several times faster than growing it row by row.
CREATE TEMP TABLE postponed (statement text);
DO $$
DECLARE
    item record;
BEGIN
    FOR item IN
        SELECT
            i.indexrelid::regclass AS index, i.indrelid::regclass AS owner, c.conname,
            CASE WHEN c.oid IS NULL THEN pg_get_indexdef(i.indexrelid) ELSE
                format('ALTER TABLE %s ADD CONSTRAINT %s %s', i.indrelid::regclass, quote_ident(c.conname),
                    pg_get_constraintdef(c.oid))
            END AS statement
        FROM pg_index AS i
        LEFT JOIN pg_constraint AS c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid
            AND c.contype IN ('p', 'u')
        WHERE i.indrelid IN ('api_usage_logs'::regclass, 'processing_queue'::regclass)
    LOOP
        INSERT INTO postponed VALUES (item.statement);
        IF item.conname IS NULL THEN
            EXECUTE format('DROP INDEX %s', item.index);
        ELSE
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', item.owner, item.conname);
        END IF;
    END LOOP;
END
$$;
