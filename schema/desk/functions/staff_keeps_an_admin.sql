CREATE OR REPLACE FUNCTION dashboard.staff_keeps_an_admin() RETURNS trigger
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM dashboard.staff AS s WHERE s.role = 'admin' AND s.is_active) THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',
            MESSAGE = 'The last active admin must stay one. Make somebody else an admin first.';
    END IF;
    RETURN NULL;
END
$$;
