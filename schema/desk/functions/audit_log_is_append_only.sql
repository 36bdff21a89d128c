-- A trigger as well as grants: grants do not bind the owner, and the owner is who a hurried person becomes.
CREATE OR REPLACE FUNCTION dashboard.audit_log_is_append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
        MESSAGE = 'dashboard.' || TG_TABLE_NAME || ' is append-only, ' || TG_OP || ' is refused';
END
$$;
