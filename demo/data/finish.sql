-- The indexes and keys that were put off.

DO $$
DECLARE
    item record;
BEGIN
    FOR item IN SELECT statement FROM postponed ORDER BY statement LOOP
        EXECUTE item.statement;
    END LOOP;
END
$$;
