CREATE TABLE dashboard.staff (
    user_id      uuid PRIMARY KEY,
    email        text NOT NULL CHECK (length(email) BETWEEN 3 AND 320),
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    role         text NOT NULL CHECK (role IN ('viewer', 'support', 'account_manager', 'reviewer', 'admin')),
    is_active    boolean NOT NULL DEFAULT true,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz
);
COMMENT ON TABLE dashboard.staff IS 'Who may use the Desk and as what; user_id is the one of Supabase Auth.';
-- Addresses are compared as people type them, and citext would be one more extension to ask for.
CREATE UNIQUE INDEX staff_email_key ON dashboard.staff (lower(email));
CREATE TRIGGER staff_one_change_at_a_time BEFORE UPDATE OF role, is_active OR DELETE ON dashboard.staff
    FOR EACH STATEMENT EXECUTE FUNCTION dashboard.staff_one_change_at_a_time();
CREATE TRIGGER staff_keeps_an_admin AFTER UPDATE OF role, is_active OR DELETE ON dashboard.staff
    FOR EACH ROW WHEN (OLD.role = 'admin' AND OLD.is_active) EXECUTE FUNCTION dashboard.staff_keeps_an_admin();
