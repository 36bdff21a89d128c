-- What is hashed names its columns, so that a column added later changes no old hash, and depends on no setting of the
-- session. `manage.py audit verify` computes the same without this function, which could itself be replaced.
CREATE OR REPLACE FUNCTION dashboard.audit_link(previous bytea, r dashboard.audit_log) RETURNS bytea
LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT sha256(previous || convert_to(jsonb_build_array(
        r.id, extract(epoch FROM r.at), r.actor_id, r.actor_email, r.actor_role, r.action, r.object_type, r.object_id,
        r.account_id, r.reason, r.before::text, r.after::text, r.request_id
    )::text, 'UTF8'))
$$;
