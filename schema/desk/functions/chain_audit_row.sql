-- At commit and not before: a transaction then holds the chain only for its own entries, and waits for it while it
-- wants nothing else, so that two can never wait for each other. SECURITY DEFINER: nobody but this writes entries.
CREATE OR REPLACE FUNCTION dashboard.chain_audit_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    head dashboard.audit_chain;
BEGIN
    PERFORM FROM dashboard.audit_chain AS c WHERE c.position = 0 FOR UPDATE;
    SELECT c.* INTO STRICT head FROM dashboard.audit_chain AS c ORDER BY c.position DESC LIMIT 1;
    INSERT INTO dashboard.audit_chain (position, audit_id, hash)
    VALUES (head.position + 1, NEW.id, dashboard.audit_link(head.hash, NEW));
    RETURN NULL;
END
$$;
