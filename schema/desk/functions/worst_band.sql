-- One user of one is what most accounts are: not a worry.
CREATE OR REPLACE FUNCTION dashboard.worst_band(
    creators bigint, creator_lim integer, users bigint, user_lim integer, voices bigint, voice_lim integer,
    storage_gb numeric, storage_lim integer
) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT greatest(
        dashboard.quota_band(creators, creator_lim),
        CASE WHEN dashboard.is_alone(users, user_lim) THEN 1 ELSE dashboard.quota_band(users, user_lim) END,
        dashboard.quota_band(voices, voice_lim),
        dashboard.quota_band(storage_gb, storage_lim)
    )::smallint
$$;
COMMENT ON FUNCTION dashboard.worst_band IS 'The worst band of the four quotas.';
