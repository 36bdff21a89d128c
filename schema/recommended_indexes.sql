-- Indexes on the product's tables without which the Desk would scan them. The demo and the tests have them; elsewhere
-- the operator is told the same statements with CONCURRENTLY and decides.

-- API calls of a time range, whatever the account.
CREATE INDEX IF NOT EXISTS idx_api_usage_logs_created ON api_usage_logs (created_at);

-- Calls that may have failed, newest first: one in fifty. A call without a status failed when it has a message.
CREATE INDEX IF NOT EXISTS idx_api_usage_logs_errors ON api_usage_logs (created_at DESC, id DESC)
WHERE status_code >= 400 OR status_code IS NULL;

-- One account's newest API calls.
CREATE INDEX IF NOT EXISTS idx_api_usage_logs_account_created ON api_usage_logs (account_id, created_at DESC);

-- Failed jobs, newest first, and how many in the last 24 hours.
CREATE INDEX IF NOT EXISTS idx_processing_queue_failed ON processing_queue (created_at DESC, id DESC) WHERE status = 'failed';

-- The live queue (due, scheduled, retrying, stuck, stranded) by type: a few thousand of a million rows. It carries the
-- columns the derived states are made of, so that counting them reads the index alone.
CREATE INDEX IF NOT EXISTS idx_processing_queue_live ON processing_queue (status, job_type)
INCLUDE (scheduled_at, started_at, attempts, max_attempts) WHERE status IN ('queued', 'processing');

-- Jobs by when they ended, for throughput.
CREATE INDEX IF NOT EXISTS idx_processing_queue_completed ON processing_queue (completed_at) WHERE completed_at IS NOT NULL;

-- One account's newest jobs.
CREATE INDEX IF NOT EXISTS idx_processing_queue_account_created ON processing_queue (account_id, created_at DESC, id DESC);

-- All jobs, newest first: the Jobs page without a filter, and its keyset pages.
CREATE INDEX IF NOT EXISTS idx_processing_queue_created ON processing_queue (created_at DESC, id DESC);

-- Jobs of one state, newest first, and a count of completed or cancelled ones that stops at its cap.
CREATE INDEX IF NOT EXISTS idx_processing_queue_status_created ON processing_queue (status, created_at DESC, id DESC);

-- Jobs of one type, newest first.
CREATE INDEX IF NOT EXISTS idx_processing_queue_type_created ON processing_queue (job_type, created_at DESC, id DESC);

-- Text within error messages.
CREATE INDEX IF NOT EXISTS idx_processing_queue_error_trgm ON processing_queue
USING gin (error_message gin_trgm_ops) WHERE error_message IS NOT NULL;

-- All accounts' figures of one day; it carries the credits, which most questions about days are after.
CREATE INDEX IF NOT EXISTS idx_account_usage_stats_date ON account_usage_stats (stat_date) INCLUDE (account_id, total_credits_used);

-- What credits went into, by the day it was done. The times are carried beside the expression because PostgreSQL reads
-- the index alone only when it holds every column that the question names.
CREATE INDEX IF NOT EXISTS idx_content_analysis_done ON content_analysis ((COALESCE(analyzed_at, created_at)))
INCLUDE (analyzed_at, created_at, content_piece_id, analysis_cost_credits);
CREATE INDEX IF NOT EXISTS idx_generated_scripts_done ON generated_scripts ((COALESCE(generated_at, created_at)))
INCLUDE (generated_at, created_at, account_id, generation_cost_credits);
CREATE INDEX IF NOT EXISTS idx_generated_content_done ON generated_content ((COALESCE(processing_completed_at, created_at)))
INCLUDE (processing_completed_at, created_at, account_id, content_type, generation_cost_credits);

-- Part of an account's name.
CREATE INDEX IF NOT EXISTS idx_accounts_name_trgm ON accounts USING gin (name gin_trgm_ops);

-- The account of exactly this name, which may be of signs alone.
CREATE INDEX IF NOT EXISTS idx_accounts_name ON accounts (name);

-- The newest accounts and people, among which words of one or two characters are looked for.
CREATE INDEX IF NOT EXISTS idx_accounts_created ON accounts (created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_users_created ON users (created_at DESC, id DESC);

-- Part of a creator's username or display name.
CREATE INDEX IF NOT EXISTS idx_creators_username_trgm ON creators USING gin (username gin_trgm_ops);
CREATE INDEX IF NOT EXISTS idx_creators_display_name_trgm ON creators USING gin (display_name gin_trgm_ops);
CREATE INDEX IF NOT EXISTS idx_creators_profile_url_trgm ON creators USING gin (profile_url gin_trgm_ops);

-- The same username in another case.
CREATE INDEX IF NOT EXISTS idx_creators_platform_lower ON creators (platform, lower(username));

-- Creators by followers, last scrape, username and age, page by page.
CREATE INDEX IF NOT EXISTS idx_creators_followers ON creators (follower_count DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_creators_scraped ON creators (last_scraped_at, id);
CREATE INDEX IF NOT EXISTS idx_creators_username ON creators (username, id);
CREATE INDEX IF NOT EXISTS idx_creators_created ON creators (created_at DESC, id DESC);

-- Who follows a creator.
CREATE INDEX IF NOT EXISTS idx_account_followed_creators_of_creator ON account_followed_creators (creator_id)
WHERE is_active IS NOT FALSE;

-- One creator's scrape jobs, newest first. By 37 characters, one more than an id has: an index entry holds 2,704 bytes,
-- and PostgreSQL refuses the product's row whose value is longer.
CREATE INDEX IF NOT EXISTS idx_processing_queue_of_creator ON processing_queue ("left"(job_data ->> 'creator_id', 37), created_at DESC)
WHERE job_type = 'content_scraping';

-- Jobs by when they ended (workers that leave completed_at empty on failure do set updated_at): throughput, and the list
-- sorted by end. Of all jobs, not only those that are over: PostgreSQL takes no statistics from a partial index.
-- It carries what throughput, wait and run times and failure rates are made of, so that they read the index alone.
CREATE INDEX IF NOT EXISTS idx_processing_queue_ended ON processing_queue ((COALESCE(completed_at, updated_at)) DESC, id DESC)
INCLUDE (status, job_type, scheduled_at, started_at, completed_at, updated_at);

-- Failures by when they failed: a job created last week and failed just now is the newest failure. Cancellations
-- likewise. The times are carried so that counting reads the index alone.
CREATE INDEX IF NOT EXISTS idx_processing_queue_failures ON processing_queue ((COALESCE(completed_at, updated_at)) DESC, id DESC)
INCLUDE (completed_at, updated_at) WHERE status = 'failed';
CREATE INDEX IF NOT EXISTS idx_processing_queue_cancellations ON processing_queue ((COALESCE(completed_at, updated_at)) DESC, id DESC)
INCLUDE (completed_at, updated_at) WHERE status = 'cancelled';

-- Jobs by when they are or were due: the list sorted by schedule.
CREATE INDEX IF NOT EXISTS idx_processing_queue_scheduled ON processing_queue (scheduled_at DESC, id DESC);

-- What a project holds: its canvas, how many pieces the list says, and its content, newest first. And what came from a
-- creator, newest first.
CREATE INDEX IF NOT EXISTS idx_content_pieces_project_created ON content_pieces (project_id, created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_content_pieces_creator_created ON content_pieces (creator_id, created_at DESC, id DESC);

-- Part of a project's title; projects by last access, by age and by title, page by page.
CREATE INDEX IF NOT EXISTS idx_projects_title_trgm ON projects USING gin (title gin_trgm_ops);
CREATE INDEX IF NOT EXISTS idx_projects_accessed ON projects (last_accessed_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_projects_created ON projects (created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_projects_title ON projects (title, id);

-- Part of a member's or a billing e-mail address.
CREATE INDEX IF NOT EXISTS idx_users_email_trgm ON users USING gin (email gin_trgm_ops);
CREATE INDEX IF NOT EXISTS idx_accounts_billing_email_trgm ON accounts USING gin (billing_email gin_trgm_ops);

-- Content, newest first: all of it, of one platform, type or account, page by page. That of one status carries what else
-- is asked about it, so that counts by status read the index alone.
CREATE INDEX IF NOT EXISTS idx_content_pieces_created ON content_pieces (created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_content_pieces_status_newest ON content_pieces (processing_status, created_at DESC, id DESC)
INCLUDE (platform, content_type, account_id, creator_id, project_id, is_remix, storage_expires_at);
CREATE INDEX IF NOT EXISTS idx_content_pieces_platform_created ON content_pieces (platform, created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_content_pieces_type_created ON content_pieces (content_type, created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_content_pieces_account_created ON content_pieces (account_id, created_at DESC, id DESC);

-- Files that Storage will delete soon.
CREATE INDEX IF NOT EXISTS idx_content_pieces_expiry ON content_pieces (storage_expires_at, created_at, id)
WHERE storage_expires_at IS NOT NULL;

-- Text within titles, descriptions and transcripts.
CREATE INDEX IF NOT EXISTS idx_content_pieces_title_trgm ON content_pieces USING gin (title gin_trgm_ops);
CREATE INDEX IF NOT EXISTS idx_content_pieces_description_trgm ON content_pieces USING gin (description gin_trgm_ops);
CREATE INDEX IF NOT EXISTS idx_content_pieces_transcript_trgm ON content_pieces USING gin (transcript gin_trgm_ops);

-- A piece's analyses; pieces by score, by when they were analysed and by which model. Each carries what else is asked of
-- an analysis, so that a walk along it reads the index alone.
CREATE INDEX IF NOT EXISTS idx_content_analysis_newest ON content_analysis (content_piece_id, created_at DESC, id DESC)
INCLUDE (engagement_score, sentiment_score, ai_model_used);
CREATE INDEX IF NOT EXISTS idx_content_analysis_by_engagement ON content_analysis (engagement_score DESC, content_piece_id DESC)
INCLUDE (sentiment_score, ai_model_used, created_at, id);
CREATE INDEX IF NOT EXISTS idx_content_analysis_by_sentiment ON content_analysis (sentiment_score, content_piece_id)
INCLUDE (engagement_score, ai_model_used, created_at, id);
CREATE INDEX IF NOT EXISTS idx_content_analysis_created ON content_analysis (created_at DESC, content_piece_id DESC)
INCLUDE (engagement_score, sentiment_score, ai_model_used, id);
CREATE INDEX IF NOT EXISTS idx_content_analysis_model ON content_analysis (ai_model_used, created_at DESC, content_piece_id DESC)
INCLUDE (engagement_score, sentiment_score, id);

-- A piece's annotations and folder.
CREATE INDEX IF NOT EXISTS idx_content_annotations_piece ON content_annotations (content_piece_id);
CREATE INDEX IF NOT EXISTS idx_canvas_folder_items_piece ON canvas_folder_items (content_piece_id);

-- Scripts and generated media, newest first, and by what they were made from.
CREATE INDEX IF NOT EXISTS idx_generated_scripts_created ON generated_scripts (created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_generated_scripts_status_created ON generated_scripts (generation_status, created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_generated_scripts_account_created ON generated_scripts (account_id, created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_generated_content_created ON generated_content (created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_generated_content_status_created ON generated_content (generation_status, created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_generated_content_type_created ON generated_content (content_type, created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_generated_content_account_created ON generated_content (account_id, created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_generated_scripts_piece ON generated_scripts (content_piece_id, created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_generated_content_of_script ON generated_content (script_id, created_at DESC, id DESC);

-- How often a model was used, how often that failed, and when last.
CREATE INDEX IF NOT EXISTS idx_generated_content_of_voice ON generated_content (voice_model_id)
INCLUDE (generation_status, created_at) WHERE voice_model_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_generated_content_of_avatar ON generated_content (avatar_model_id)
INCLUDE (generation_status, created_at) WHERE avatar_model_id IS NOT NULL;

-- The jobs of a piece or a script.
CREATE INDEX IF NOT EXISTS idx_processing_queue_of_piece ON processing_queue ("left"(job_data ->> 'content_piece_id', 37), created_at DESC)
WHERE job_data ? 'content_piece_id';
CREATE INDEX IF NOT EXISTS idx_processing_queue_of_script ON processing_queue ("left"(job_data ->> 'script_id', 37), created_at DESC)
WHERE job_data ? 'script_id';

-- One account's voice and avatar models.
CREATE INDEX IF NOT EXISTS idx_voice_models_account ON voice_models (account_id);
CREATE INDEX IF NOT EXISTS idx_avatar_models_account ON avatar_models (account_id);

-- The jobs of a voice model.
CREATE INDEX IF NOT EXISTS idx_processing_queue_of_voice ON processing_queue ("left"(job_data ->> 'voice_model_id', 37), created_at DESC)
WHERE job_data ? 'voice_model_id';

-- Remixes, newest first; scripts of one AI model; media of one project.
CREATE INDEX IF NOT EXISTS idx_content_pieces_remix ON content_pieces (created_at DESC, id DESC) WHERE is_remix IS TRUE;
CREATE INDEX IF NOT EXISTS idx_generated_scripts_model ON generated_scripts (ai_model_used, created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_generated_content_project ON generated_content (project_id);

-- Outgrown: these were recommended once, and refuse the product's job whose data name something longer than an id.
DROP INDEX IF EXISTS idx_processing_queue_scrapes;
DROP INDEX IF EXISTS idx_processing_queue_piece;
DROP INDEX IF EXISTS idx_processing_queue_script;
DROP INDEX IF EXISTS idx_processing_queue_voice;

-- Outgrown: a follow of which nothing says that it ended counts as one.
DROP INDEX IF EXISTS idx_account_followed_creators_creator;
