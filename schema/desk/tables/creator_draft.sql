-- No foreign key to the product's creators: it would make the product's deletes wait for ours.
CREATE TABLE dashboard.creator_draft (
    user_id    uuid NOT NULL REFERENCES dashboard.staff (user_id) ON DELETE CASCADE,
    creator_id uuid NOT NULL,
    field      text NOT NULL,
    seen       jsonb,
    wanted     jsonb,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, creator_id, field)
);
COMMENT ON TABLE dashboard.creator_draft IS 'Edits that a person has made and not saved yet.';
COMMENT ON COLUMN dashboard.creator_draft.seen IS 'The value when the edit began: saving is guarded by it.';
