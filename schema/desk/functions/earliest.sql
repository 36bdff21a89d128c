-- OpenAI, the oldest of the services that the product calls, was founded in 2015: no row of the product is older.
CREATE OR REPLACE FUNCTION dashboard.earliest() RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT timestamptz '2015-01-01 00:00:00+00' $$;
COMMENT ON FUNCTION dashboard.earliest IS 'Before it the product cannot have been: an older date is a wrong one.';
