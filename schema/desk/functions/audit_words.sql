-- Words, because text search is built in and trigrams are an extension. Cut, as a longer text would be refused, and the
-- deed with it.
CREATE OR REPLACE FUNCTION dashboard.audit_words(
    actor_email text, object_id text, reason text, before jsonb, after jsonb
) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = '' AS $$
    SELECT to_tsvector('pg_catalog.simple', left(
        coalesce(actor_email, '') || ' ' || coalesce(object_id, '') || ' ' || coalesce(reason, '') || ' '
        || coalesce(before::text, '') || ' ' || coalesce(after::text, ''), 50000
    ))
$$;
