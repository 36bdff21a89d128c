CREATE OR REPLACE FUNCTION dashboard.is_alone(used bigint, lim integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT coalesce(used = 1 AND lim = 1, false) $$;
COMMENT ON FUNCTION dashboard.is_alone IS 'Whether it is one user of one, which most accounts are: not a worry.';
