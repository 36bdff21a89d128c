-- Statement by statement, before any row of it is locked: of two admins who demote each other, the second sees what the
-- first did.
CREATE OR REPLACE FUNCTION dashboard.staff_one_change_at_a_time() RETURNS trigger
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('aicon-desk.staff'));
    RETURN NULL;
END
$$;
