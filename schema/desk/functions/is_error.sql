CREATE OR REPLACE FUNCTION dashboard.is_error(status_code integer, error_message text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN status_code IS NULL THEN coalesce(error_message, '') <> '' ELSE status_code >= 400 END
$$;
COMMENT ON FUNCTION dashboard.is_error IS 'Whether a call failed: status 400 and up, or a message without a status.';
