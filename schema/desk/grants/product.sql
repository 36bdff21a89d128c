-- Every column of the product's 22 tables. A column that the product adds later stays invisible until it is granted.
GRANT SELECT (
    id, name, subscription_status, plan_type, billing_email, creator_limit, user_limit, voice_model_limit,
    storage_limit_gb, created_at, updated_at
) ON public.accounts TO desk_reader, desk_writer;
GRANT SELECT (
    id, account_id, email, role, first_name, last_name, avatar_url, is_active, last_login_at, created_at, updated_at
) ON public.users TO desk_reader, desk_writer;
GRANT SELECT (
    id, user_id, brand_name, brand_description, persona_description, target_audience, content_style_preferences,
    social_media_handles, created_at, updated_at
) ON public.user_profiles TO desk_reader, desk_writer;
GRANT SELECT (
    id, name, description, sort_order, is_active, created_at
) ON public.creator_categories TO desk_reader, desk_writer;
GRANT SELECT (
    id, platform, username, profile_url, display_name, follower_count, category_id, is_verified, is_active,
    last_scraped_at, scrape_frequency_hours, metadata, created_at, updated_at
) ON public.creators TO desk_reader, desk_writer;
GRANT SELECT (
    id, account_id, creator_id, followed_by_user_id, followed_at, is_active
) ON public.account_followed_creators TO desk_reader, desk_writer;
GRANT SELECT (
    id, account_id, created_by_user_id, title, description, canvas_data, is_archived, created_at, updated_at,
    last_accessed_at, last_accessed_by_user_id
) ON public.projects TO desk_reader, desk_writer;
GRANT SELECT (
    id, project_id, user_id, permission_level, added_at, added_by_user_id
) ON public.project_collaborators TO desk_reader, desk_writer;
GRANT SELECT (
    id, project_id, name, position_x, position_y, width, height, is_collapsed, color, folder_data, created_at,
    updated_at, created_by_user_id
) ON public.canvas_folders TO desk_reader, desk_writer;
GRANT SELECT (
    id, project_id, name, position_x, position_y, width, height, chat_history, connected_content, ai_model_preference,
    created_at, updated_at, created_by_user_id
) ON public.chat_interfaces TO desk_reader, desk_writer;
GRANT SELECT (
    id, account_id, project_id, creator_id, uploaded_by_user_id, source_url, platform, content_type, title, description,
    thumbnail_url, original_file_url, original_file_path, transcript, duration_seconds, file_size_bytes, position_x,
    position_y, metadata, storage_expires_at, is_remix, processing_status, created_at, updated_at
) ON public.content_pieces TO desk_reader, desk_writer;
GRANT SELECT (
    id, content_piece_id, hook_analysis, body_analysis, cta_analysis, content_style_analysis, hashtags, mentions,
    trending_elements, engagement_score, sentiment_score, analysis_status, analyzed_at, ai_model_used,
    analysis_cost_credits, created_at, updated_at
) ON public.content_analysis TO desk_reader, desk_writer;
GRANT SELECT (
    id, folder_id, content_piece_id, sort_order, added_at, added_by_user_id
) ON public.canvas_folder_items TO desk_reader, desk_writer;
GRANT SELECT (
    id, project_id, source_type, source_id, target_type, target_id, connection_style, created_at, created_by_user_id
) ON public.canvas_connections TO desk_reader, desk_writer;
GRANT SELECT (
    id, content_piece_id, user_id, account_id, original_script, research_perspectives, rewritten_script,
    generation_prompt, ai_model_used, generation_status, generation_cost_credits, generated_at, created_at, updated_at
) ON public.generated_scripts TO desk_reader, desk_writer;
GRANT SELECT (
    id, user_id, account_id, name, elevenlabs_voice_id, sample_audio_url, sample_audio_path, training_status,
    version_number, is_active, quality_score, training_duration_seconds, created_at, updated_at
) ON public.voice_models TO desk_reader, desk_writer;
GRANT SELECT (
    id, user_id, account_id, name, heygen_avatar_id, sample_video_url, sample_video_path, training_photos_urls,
    training_photos_paths, creation_status, is_active, quality_score, created_at, updated_at
) ON public.avatar_models TO desk_reader, desk_writer;
GRANT SELECT (
    id, account_id, project_id, user_id, script_id, voice_model_id, avatar_model_id, content_type, file_url, file_path,
    file_size_bytes, duration_seconds, generation_status, processing_started_at, processing_completed_at,
    generation_cost_credits, error_message, metadata, created_at, updated_at
) ON public.generated_content TO desk_reader, desk_writer;
GRANT SELECT (
    id, account_id, user_id, job_type, job_data, priority, status, attempts, max_attempts, scheduled_at, started_at,
    completed_at, error_message, estimated_credits, actual_credits, created_at, updated_at
) ON public.processing_queue TO desk_reader, desk_writer;
GRANT SELECT (
    id, account_id, user_id, service_name, endpoint, request_type, tokens_used, credits_cost, response_time_ms,
    status_code, error_message, created_at
) ON public.api_usage_logs TO desk_reader, desk_writer;
GRANT SELECT (
    id, account_id, stat_date, projects_created, content_pieces_added, scripts_generated, voice_generations,
    avatar_generations, total_credits_used, storage_used_gb, created_at, updated_at
) ON public.account_usage_stats TO desk_reader, desk_writer;
GRANT SELECT (
    id, content_piece_id, user_id, annotation_text, position_x, position_y, annotation_type, created_at, updated_at
) ON public.content_annotations TO desk_reader, desk_writer;

-- What the Desk's forms change. Nothing is deleted: deleting an account would cascade into its whole history.
GRANT UPDATE (
    creator_limit, user_limit, voice_model_limit, storage_limit_gb, updated_at
) ON public.accounts TO desk_writer;
GRANT UPDATE (name, description, sort_order, is_active) ON public.creator_categories TO desk_writer;
GRANT UPDATE (
    display_name, category_id, is_active, is_verified, scrape_frequency_hours, updated_at
) ON public.creators TO desk_writer;
GRANT UPDATE (
    status, priority, scheduled_at, started_at, completed_at, max_attempts, error_message, updated_at
) ON public.processing_queue TO desk_writer;
GRANT INSERT ON public.creators, public.creator_categories, public.processing_queue TO desk_writer;
