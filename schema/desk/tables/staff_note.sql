CREATE TABLE dashboard.staff_note (
    id           uuid PRIMARY KEY,
    object_type  text NOT NULL,
    object_id    uuid NOT NULL,
    author_id    uuid NOT NULL,
    author_email text NOT NULL,
    body         text NOT NULL CHECK (length(body) BETWEEN 1 AND 4000),
    is_pinned    boolean NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE dashboard.staff_note IS 'What staff tell each other about an object; customers never see it.';
CREATE INDEX staff_note_object_idx ON dashboard.staff_note (object_type, object_id, created_at DESC);
