-- Roles belong to the whole server, so another database may have made them already; changing nothing that is right lets
-- a second owner migrate, and two databases migrate at once. Without BYPASSRLS a table that lacks a policy for staff
-- would return zero rows and no error: wrong numbers instead of a failure.
-- Timeouts belong to the role: a SET leaks to the next client through a pooler in transaction mode.
DO $$
DECLARE
    wanted text;
    setting record;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['desk_reader', 'desk_writer'] LOOP
        IF to_regrole(wanted) IS NULL THEN
            EXECUTE format('CREATE ROLE %I LOGIN', wanted);
        END IF;
        IF NOT (SELECT rolbypassrls AND rolcanlogin FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('ALTER ROLE %I LOGIN BYPASSRLS', wanted);
        END IF;
        FOR setting IN
            SELECT s.name, s.value
            FROM (VALUES
                ('desk_reader', 'default_transaction_read_only', 'on'),
                ('desk_reader', 'statement_timeout', '15s'),
                ('desk_reader', 'lock_timeout', '2s'),
                ('desk_reader', 'idle_in_transaction_session_timeout', '30s'),
                ('desk_writer', 'statement_timeout', '15s'),
                ('desk_writer', 'lock_timeout', '2s'),
                ('desk_writer', 'idle_in_transaction_session_timeout', '30s')
            ) AS s (role, name, value)
            WHERE s.role = wanted AND NOT EXISTS (
                SELECT FROM pg_db_role_setting
                WHERE setrole = to_regrole(wanted) AND setdatabase = 0 AND s.name || '=' || s.value = ANY (setconfig)
            )
        LOOP
            EXECUTE format('ALTER ROLE %I SET %I = %L', wanted, setting.name, setting.value);
        END LOOP;
    END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
        MESSAGE = 'The role ' || wanted || ' cannot be made as ' || current_user || ', ' || SQLERRM || '.',
        HINT = 'Ask a superuser for: CREATE ROLE ' || wanted || ' LOGIN BYPASSRLS; then migrate again.';
END
$$;
