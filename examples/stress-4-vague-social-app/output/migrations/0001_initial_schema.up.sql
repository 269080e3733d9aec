-- Initial schema of Agora: 24 tables.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $touch$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$touch$;

-- a person with an account
CREATE TABLE "users" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "email" text NOT NULL,
  "email_verified_at" timestamptz,
  "display_name" text NOT NULL,
  "role" text NOT NULL DEFAULT 'member',
  "suspended_until" timestamptz,
  "purge_after" timestamptz,
  "password_hash" text,
  "minor_until" date,
  "terms_version" text NOT NULL DEFAULT '2026-01',
  "handle" text NOT NULL,
  "bio" text,
  "posts_count" integer NOT NULL DEFAULT 0,
  "followers_count" integer NOT NULL DEFAULT 0,
  "following_count" integer NOT NULL DEFAULT 0,
  "is_private" boolean NOT NULL DEFAULT false,
  "handle_changed_at" timestamptz,
  "avatar_id" uuid,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  "deleted_at" timestamptz,
  CONSTRAINT "users_role_choice" CHECK ("role" IN ('member', 'moderator', 'administrator')),
  CONSTRAINT "users_email_length" CHECK (char_length("email") <= 254),
  CONSTRAINT "users_display_name_length" CHECK (char_length("display_name") <= 80),
  CONSTRAINT "users_password_hash_length" CHECK (char_length("password_hash") <= 255),
  CONSTRAINT "users_terms_version_length" CHECK (char_length("terms_version") <= 20),
  CONSTRAINT "users_handle_length" CHECK (char_length("handle") BETWEEN 3 AND 30),
  CONSTRAINT "users_bio_length" CHECK (char_length("bio") <= 160),
  CONSTRAINT "users_posts_count_range" CHECK ("posts_count" >= 0),
  CONSTRAINT "users_followers_count_range" CHECK ("followers_count" >= 0),
  CONSTRAINT "users_following_count_range" CHECK ("following_count" >= 0),
  CONSTRAINT "users_handle_pattern" CHECK ("handle" ~ '^[a-z0-9_]{3,30}$'),
  PRIMARY KEY ("id")
);

-- one device somebody signed in on
CREATE TABLE "auth_sessions" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "user_id" uuid NOT NULL,
  "device_name" text,
  "ip_address" inet,
  "last_seen_at" timestamptz NOT NULL,
  "proved_at" timestamptz,
  "expires_at" timestamptz NOT NULL,
  "revoked_at" timestamptz,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "auth_sessions_device_name_length" CHECK (char_length("device_name") <= 60),
  PRIMARY KEY ("id")
);

-- one link of a session's chain of refresh tokens
CREATE TABLE "refresh_tokens" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "session_id" uuid NOT NULL,
  "token_hash" bytea NOT NULL,
  "rotated_at" timestamptz,
  "expires_at" timestamptz NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "refresh_tokens_hash_length" CHECK (octet_length(token_hash) = 32),
  PRIMARY KEY ("id")
);

-- one line of the security log: who tried what, from where, with which result
CREATE TABLE "auth_events" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "user_id" uuid,
  "event" text NOT NULL,
  "ip_address" inet,
  "user_agent" text,
  "detail" jsonb NOT NULL DEFAULT '{}',
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "auth_events_event_length" CHECK (char_length("event") <= 60),
  CONSTRAINT "auth_events_user_agent_length" CHECK (char_length("user_agent") <= 400),
  PRIMARY KEY ("id")
);

-- the answer to a request that must not happen twice
CREATE TABLE "idempotency_keys" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "user_id" uuid,
  "key" uuid NOT NULL,
  "endpoint" text NOT NULL,
  "request_hash" bytea NOT NULL,
  "response_status" integer NOT NULL,
  "response_body" jsonb,
  "expires_at" timestamptz NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "idempotency_keys_endpoint_length" CHECK (char_length("endpoint") <= 120),
  PRIMARY KEY ("id")
);

-- a link by mail that proves an address or resets a password, good for one use
CREATE TABLE "email_challenges" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "user_id" uuid NOT NULL,
  "kind" text NOT NULL,
  "token_hash" bytea NOT NULL,
  "expires_at" timestamptz NOT NULL,
  "used_at" timestamptz,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "email_challenges_kind_choice" CHECK ("kind" IN ('verify', 'reset')),
  PRIMARY KEY ("id")
);

-- an event that was committed with the change it reports and still has to be sent
CREATE TABLE "outbox_events" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "event_type" text NOT NULL,
  "aggregate_id" uuid NOT NULL,
  "aggregate_version" integer NOT NULL DEFAULT 1,
  "payload" jsonb NOT NULL DEFAULT '{}',
  "trace_parent" text,
  "attempts" integer NOT NULL DEFAULT 0,
  "next_try_at" timestamptz NOT NULL DEFAULT now(),
  "dead_at" timestamptz,
  "published_at" timestamptz,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "outbox_events_event_type_length" CHECK (char_length("event_type") <= 80),
  CONSTRAINT "outbox_events_trace_parent_length" CHECK (char_length("trace_parent") <= 55),
  PRIMARY KEY ("id")
);

-- an event that one job has done, so that a second delivery does nothing
CREATE TABLE "handled_events" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "event_id" uuid NOT NULL,
  "job" text NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "handled_events_job_length" CHECK (char_length("job") <= 60),
  PRIMARY KEY ("id")
);

-- one person asked for a copy of what is kept about them
CREATE TABLE "account_exports" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "user_id" uuid NOT NULL,
  "due_on" date NOT NULL,
  "expires_at" timestamptz,
  "status" text NOT NULL DEFAULT 'requested',
  "storage_key" text,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "account_exports_status_choice" CHECK ("status" IN ('requested', 'building', 'ready', 'delivered', 'expired')),
  CONSTRAINT "account_exports_storage_key_length" CHECK (char_length("storage_key") <= 200),
  PRIMARY KEY ("id")
);

-- one app on one device that takes pushes
CREATE TABLE "push_devices" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "user_id" uuid NOT NULL,
  "session_id" uuid NOT NULL,
  "platform" text NOT NULL,
  "push_token" text NOT NULL,
  "seen_at" timestamptz NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "push_devices_platform_choice" CHECK ("platform" IN ('apns', 'fcm')),
  CONSTRAINT "push_devices_push_token_length" CHECK (char_length("push_token") <= 400),
  PRIMARY KEY ("id")
);

-- one way in which a person proves a second time who they are
CREATE TABLE "second_factors" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "user_id" uuid NOT NULL,
  "kind" text NOT NULL,
  "totp_seed" bytea,
  "public_key" bytea,
  "last_step" bigint,
  "confirmed_at" timestamptz,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "second_factors_kind_choice" CHECK ("kind" IN ('totp', 'webauthn')),
  PRIMARY KEY ("id")
);

-- what one person publishes at one time
CREATE TABLE "posts" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "author_id" uuid NOT NULL,
  "body" text,
  "status" text NOT NULL DEFAULT 'published',
  "like_count" integer NOT NULL DEFAULT 0,
  "comment_count" integer NOT NULL DEFAULT 0,
  "edited_at" timestamptz,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  "deleted_at" timestamptz,
  CONSTRAINT "posts_status_choice" CHECK ("status" IN ('published', 'held', 'removed')),
  CONSTRAINT "posts_body_length" CHECK (char_length("body") BETWEEN 1 AND 2000),
  CONSTRAINT "posts_like_count_range" CHECK ("like_count" >= 0),
  CONSTRAINT "posts_comment_count_range" CHECK ("comment_count" >= 0),
  PRIMARY KEY ("id")
);

-- an answer to a post
CREATE TABLE "comments" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "post_id" uuid NOT NULL,
  "author_id" uuid NOT NULL,
  "body" text NOT NULL,
  "status" text NOT NULL DEFAULT 'published',
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  "deleted_at" timestamptz,
  CONSTRAINT "comments_status_choice" CHECK ("status" IN ('published', 'held', 'removed')),
  CONSTRAINT "comments_body_length" CHECK (char_length("body") BETWEEN 1 AND 1000),
  PRIMARY KEY ("id")
);

-- one person reads another: an edge of the graph
CREATE TABLE "follows" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "follower_id" uuid NOT NULL,
  "followee_id" uuid NOT NULL,
  "status" text NOT NULL DEFAULT 'requested',
  "accepted_at" timestamptz,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "follows_status_choice" CHECK ("status" IN ('requested', 'accepted')),
  CONSTRAINT "follows_not_self" CHECK (follower_id <> followee_id),
  CONSTRAINT "follows_accepted_has_time" CHECK ((status = 'accepted') = (accepted_at IS NOT NULL)),
  PRIMARY KEY ("id")
);

-- one person is hidden from another, in both directions
CREATE TABLE "blocks" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "blocker_id" uuid NOT NULL,
  "blocked_id" uuid NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "blocks_not_self" CHECK (blocker_id <> blocked_id),
  PRIMARY KEY ("id")
);

-- one person likes one post
CREATE TABLE "likes" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "post_id" uuid NOT NULL,
  "user_id" uuid NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY ("id")
);

-- one picture, from the reserved upload to its renditions
CREATE TABLE "media_assets" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "owner_id" uuid NOT NULL,
  "post_id" uuid,
  "position" integer,
  "status" text NOT NULL DEFAULT 'pending_upload',
  "mime_type" text NOT NULL,
  "byte_size" integer NOT NULL,
  "sha256" text NOT NULL,
  "width" integer,
  "height" integer,
  "perceptual_hash" text,
  "blurhash" text,
  "storage_key" text,
  "alt_text" text,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "media_assets_status_choice" CHECK ("status" IN ('pending_upload', 'processing', 'ready', 'rejected', 'quarantined')),
  CONSTRAINT "media_assets_mime_type_choice" CHECK ("mime_type" IN ('image/jpeg', 'image/png', 'image/webp', 'image/heic')),
  CONSTRAINT "media_assets_sha256_length" CHECK (char_length("sha256") BETWEEN 64 AND 64),
  CONSTRAINT "media_assets_perceptual_hash_length" CHECK (char_length("perceptual_hash") BETWEEN 16 AND 16),
  CONSTRAINT "media_assets_blurhash_length" CHECK (char_length("blurhash") <= 60),
  CONSTRAINT "media_assets_storage_key_length" CHECK (char_length("storage_key") <= 200),
  CONSTRAINT "media_assets_alt_text_length" CHECK (char_length("alt_text") <= 500),
  CONSTRAINT "media_assets_position_range" CHECK ("position" BETWEEN 0 AND 3),
  CONSTRAINT "media_assets_byte_size_range" CHECK ("byte_size" BETWEEN 1 AND 10485760),
  CONSTRAINT "media_assets_width_range" CHECK ("width" >= 1),
  CONSTRAINT "media_assets_height_range" CHECK ("height" >= 1),
  CONSTRAINT "media_assets_ready_can_be_shown" CHECK (status <> 'ready' OR (width IS NOT NULL AND height IS NOT NULL AND storage_key IS NOT NULL)),
  CONSTRAINT "media_assets_place_in_its_post" CHECK (post_id IS NULL OR position IS NOT NULL),
  PRIMARY KEY ("id")
);

-- something happened that concerns one person
CREATE TABLE "notifications" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "recipient_id" uuid NOT NULL,
  "actor_id" uuid NOT NULL,
  "kind" text NOT NULL,
  "post_id" uuid,
  "dedupe_key" text NOT NULL,
  "read_at" timestamptz,
  "others" integer NOT NULL DEFAULT 0,
  "comment_id" uuid,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "notifications_kind_choice" CHECK ("kind" IN ('follow', 'follow_request', 'follow_accepted', 'like', 'comment')),
  CONSTRAINT "notifications_dedupe_key_length" CHECK (char_length("dedupe_key") <= 120),
  CONSTRAINT "notifications_others_range" CHECK ("others" >= 0),
  CONSTRAINT "notifications_not_to_oneself" CHECK (recipient_id <> actor_id),
  CONSTRAINT "notifications_post_where_there_is_one" CHECK ((kind IN ('like', 'comment')) = (post_id IS NOT NULL)),
  CONSTRAINT "notifications_comment_where_there_is_one" CHECK ((kind = 'comment') = (comment_id IS NOT NULL)),
  PRIMARY KEY ("id")
);

-- somebody says that a person or a text breaks the rules
CREATE TABLE "reports" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "reporter_id" uuid,
  "target_type" text NOT NULL,
  "target_id" uuid NOT NULL,
  "reason" text NOT NULL,
  "urgency" integer NOT NULL DEFAULT 2,
  "note" text,
  "abusive" boolean NOT NULL DEFAULT false,
  "snapshot" jsonb NOT NULL DEFAULT '{}',
  "status" text NOT NULL DEFAULT 'open',
  "notifier_email" text,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "reports_target_type_choice" CHECK ("target_type" IN ('user', 'post', 'comment')),
  CONSTRAINT "reports_reason_choice" CHECK ("reason" IN ('spam', 'harassment', 'hate', 'nudity', 'intimate_image', 'violence', 'self_harm', 'child_safety', 'impersonation', 'illegal', 'other')),
  CONSTRAINT "reports_status_choice" CHECK ("status" IN ('open', 'actioned', 'dismissed')),
  CONSTRAINT "reports_note_length" CHECK (char_length("note") <= 500),
  CONSTRAINT "reports_notifier_email_length" CHECK (char_length("notifier_email") <= 254),
  CONSTRAINT "reports_urgency_range" CHECK ("urgency" BETWEEN 0 AND 2),
  PRIMARY KEY ("id")
);

-- what a moderator decided and why
CREATE TABLE "moderation_actions" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "report_id" uuid,
  "target_type" text NOT NULL,
  "target_id" uuid NOT NULL,
  "subject_id" uuid,
  "moderator_id" uuid,
  "automated" boolean NOT NULL DEFAULT false,
  "action" text NOT NULL,
  "basis" text NOT NULL,
  "provision" text NOT NULL,
  "statement" text NOT NULL,
  "expires_at" timestamptz,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "moderation_actions_target_type_choice" CHECK ("target_type" IN ('user', 'post', 'comment')),
  CONSTRAINT "moderation_actions_action_choice" CHECK ("action" IN ('dismiss', 'remove_content', 'restore_content', 'suspend_user', 'unsuspend_user')),
  CONSTRAINT "moderation_actions_basis_choice" CHECK ("basis" IN ('law', 'terms')),
  CONSTRAINT "moderation_actions_provision_length" CHECK (char_length("provision") BETWEEN 3 AND 200),
  CONSTRAINT "moderation_actions_statement_length" CHECK (char_length("statement") BETWEEN 10 AND 1000),
  CONSTRAINT "moderation_actions_somebody_decided" CHECK (automated OR moderator_id IS NOT NULL),
  CONSTRAINT "moderation_actions_suspension_ends" CHECK ((action = 'suspend_user') = (expires_at IS NOT NULL)),
  PRIMARY KEY ("id")
);

-- a handle somebody gave up, kept from others so that nobody steps into their place
CREATE TABLE "handle_holds" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "handle" text NOT NULL,
  "user_id" uuid,
  "released_at" timestamptz NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "handle_holds_handle_length" CHECK (char_length("handle") BETWEEN 3 AND 30),
  CONSTRAINT "handle_holds_handle_pattern" CHECK ("handle" ~ '^[a-z0-9_]{3,30}$'),
  PRIMARY KEY ("id")
);

-- the fingerprint of a picture that was removed or is known to be illegal
CREATE TABLE "banned_media" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "fingerprint" text NOT NULL,
  "kind" text NOT NULL,
  "reason" text NOT NULL,
  "added_by" uuid,
  "lifted_at" timestamptz,
  "lifted_by" uuid,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "banned_media_kind_choice" CHECK ("kind" IN ('exact', 'perceptual')),
  CONSTRAINT "banned_media_reason_choice" CHECK ("reason" IN ('child_safety', 'terrorism', 'intimate_image', 'court_order', 'spam')),
  CONSTRAINT "banned_media_fingerprint_length" CHECK (char_length("fingerprint") BETWEEN 16 AND 64),
  CONSTRAINT "banned_media_two_people" CHECK (lifted_by IS NULL OR added_by IS NULL OR lifted_by <> added_by),
  PRIMARY KEY ("id")
);

-- a picture that matched a list of known abuse, until the authority was told and the evidence may go
CREATE TABLE "safety_cases" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "media_asset_id" uuid NOT NULL,
  "subject" uuid NOT NULL,
  "fingerprint" text NOT NULL,
  "evidence_key" text NOT NULL,
  "status" text NOT NULL DEFAULT 'open',
  "authority" text,
  "authority_reference" text,
  "reported_at" timestamptz,
  "preserve_until" timestamptz,
  "mistake_by" uuid,
  "mistake_at" timestamptz,
  "closed_by" uuid,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "safety_cases_status_choice" CHECK ("status" IN ('open', 'reported', 'closed')),
  CONSTRAINT "safety_cases_fingerprint_length" CHECK (char_length("fingerprint") <= 64),
  CONSTRAINT "safety_cases_evidence_key_length" CHECK (char_length("evidence_key") <= 200),
  CONSTRAINT "safety_cases_authority_length" CHECK (char_length("authority") <= 80),
  CONSTRAINT "safety_cases_authority_reference_length" CHECK (char_length("authority_reference") <= 80),
  CONSTRAINT "safety_cases_reported_is_complete" CHECK (status <> 'reported' OR (authority IS NOT NULL AND reported_at IS NOT NULL AND preserve_until IS NOT NULL)),
  CONSTRAINT "safety_cases_mistake_of_two" CHECK (mistake_by IS NULL OR closed_by IS NULL OR mistake_by <> closed_by),
  PRIMARY KEY ("id")
);

-- somebody asks that a decision on their content or account is looked at by another person
CREATE TABLE "appeals" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "moderation_action_id" uuid NOT NULL,
  "appellant_id" uuid,
  "statement" text NOT NULL,
  "status" text NOT NULL DEFAULT 'open',
  "finding" text,
  "decided_by" uuid,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "appeals_status_choice" CHECK ("status" IN ('open', 'upheld', 'reversed')),
  CONSTRAINT "appeals_statement_length" CHECK (char_length("statement") BETWEEN 10 AND 2000),
  CONSTRAINT "appeals_finding_length" CHECK (char_length("finding") BETWEEN 10 AND 1000),
  PRIMARY KEY ("id")
);

-- References, added when every table exists.
ALTER TABLE "users" ADD CONSTRAINT "users_avatar_id_fkey" FOREIGN KEY ("avatar_id") REFERENCES "media_assets" ("id") ON DELETE SET NULL;
ALTER TABLE "auth_sessions" ADD CONSTRAINT "auth_sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "refresh_tokens" ADD CONSTRAINT "refresh_tokens_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "auth_sessions" ("id") ON DELETE CASCADE;
ALTER TABLE "auth_events" ADD CONSTRAINT "auth_events_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE SET NULL;
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "email_challenges" ADD CONSTRAINT "email_challenges_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "account_exports" ADD CONSTRAINT "account_exports_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "push_devices" ADD CONSTRAINT "push_devices_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "push_devices" ADD CONSTRAINT "push_devices_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "auth_sessions" ("id") ON DELETE CASCADE;
ALTER TABLE "second_factors" ADD CONSTRAINT "second_factors_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "posts" ADD CONSTRAINT "posts_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "comments" ADD CONSTRAINT "comments_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "posts" ("id") ON DELETE CASCADE;
ALTER TABLE "comments" ADD CONSTRAINT "comments_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "follows" ADD CONSTRAINT "follows_follower_id_fkey" FOREIGN KEY ("follower_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "follows" ADD CONSTRAINT "follows_followee_id_fkey" FOREIGN KEY ("followee_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_blocker_id_fkey" FOREIGN KEY ("blocker_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_blocked_id_fkey" FOREIGN KEY ("blocked_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "likes" ADD CONSTRAINT "likes_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "posts" ("id") ON DELETE CASCADE;
ALTER TABLE "likes" ADD CONSTRAINT "likes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "media_assets" ADD CONSTRAINT "media_assets_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "media_assets" ADD CONSTRAINT "media_assets_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "posts" ("id") ON DELETE SET NULL;
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_recipient_id_fkey" FOREIGN KEY ("recipient_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_actor_id_fkey" FOREIGN KEY ("actor_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "posts" ("id") ON DELETE CASCADE;
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_comment_id_fkey" FOREIGN KEY ("comment_id") REFERENCES "comments" ("id") ON DELETE CASCADE;
ALTER TABLE "reports" ADD CONSTRAINT "reports_reporter_id_fkey" FOREIGN KEY ("reporter_id") REFERENCES "users" ("id") ON DELETE SET NULL;
ALTER TABLE "moderation_actions" ADD CONSTRAINT "moderation_actions_report_id_fkey" FOREIGN KEY ("report_id") REFERENCES "reports" ("id") ON DELETE SET NULL;
ALTER TABLE "moderation_actions" ADD CONSTRAINT "moderation_actions_subject_id_fkey" FOREIGN KEY ("subject_id") REFERENCES "users" ("id") ON DELETE SET NULL;
ALTER TABLE "moderation_actions" ADD CONSTRAINT "moderation_actions_moderator_id_fkey" FOREIGN KEY ("moderator_id") REFERENCES "users" ("id") ON DELETE RESTRICT;
ALTER TABLE "handle_holds" ADD CONSTRAINT "handle_holds_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE SET NULL;
ALTER TABLE "banned_media" ADD CONSTRAINT "banned_media_added_by_fkey" FOREIGN KEY ("added_by") REFERENCES "users" ("id") ON DELETE SET NULL;
ALTER TABLE "banned_media" ADD CONSTRAINT "banned_media_lifted_by_fkey" FOREIGN KEY ("lifted_by") REFERENCES "users" ("id") ON DELETE SET NULL;
ALTER TABLE "safety_cases" ADD CONSTRAINT "safety_cases_mistake_by_fkey" FOREIGN KEY ("mistake_by") REFERENCES "users" ("id") ON DELETE SET NULL;
ALTER TABLE "safety_cases" ADD CONSTRAINT "safety_cases_closed_by_fkey" FOREIGN KEY ("closed_by") REFERENCES "users" ("id") ON DELETE SET NULL;
ALTER TABLE "appeals" ADD CONSTRAINT "appeals_moderation_action_id_fkey" FOREIGN KEY ("moderation_action_id") REFERENCES "moderation_actions" ("id") ON DELETE RESTRICT;
ALTER TABLE "appeals" ADD CONSTRAINT "appeals_appellant_id_fkey" FOREIGN KEY ("appellant_id") REFERENCES "users" ("id") ON DELETE SET NULL;
ALTER TABLE "appeals" ADD CONSTRAINT "appeals_decided_by_fkey" FOREIGN KEY ("decided_by") REFERENCES "users" ("id") ON DELETE SET NULL;

-- Indexes: each serves a query that the document names.
CREATE UNIQUE INDEX "users_email_unique" ON "users" (lower("email"));
CREATE UNIQUE INDEX "users_handle_unique" ON "users" ("handle");
CREATE UNIQUE INDEX "refresh_tokens_token_hash_unique" ON "refresh_tokens" ("token_hash");
CREATE UNIQUE INDEX "email_challenges_token_hash_unique" ON "email_challenges" ("token_hash");
CREATE UNIQUE INDEX "push_devices_push_token_unique" ON "push_devices" ("push_token");
CREATE UNIQUE INDEX "notifications_dedupe_key_unique" ON "notifications" ("dedupe_key");
CREATE UNIQUE INDEX "handle_holds_handle_unique" ON "handle_holds" ("handle");
CREATE UNIQUE INDEX "banned_media_fingerprint_unique" ON "banned_media" ("fingerprint");
CREATE INDEX "users_by_avatar" ON "users" USING btree ("avatar_id");
CREATE INDEX "users_by_purge_date" ON "users" USING btree ("purge_after") WHERE deleted_at IS NOT NULL;
CREATE INDEX "users_by_name_search" ON "users" USING gin ("display_name" gin_trgm_ops) WHERE deleted_at IS NULL;
CREATE INDEX "users_by_handle_search" ON "users" USING gin ("handle" gin_trgm_ops) WHERE deleted_at IS NULL;
CREATE INDEX "auth_sessions_by_user" ON "auth_sessions" USING btree ("user_id", "created_at" DESC, "id" DESC);
CREATE INDEX "refresh_tokens_by_session" ON "refresh_tokens" USING btree ("session_id");
CREATE INDEX "auth_events_by_user" ON "auth_events" USING btree ("user_id", "created_at" DESC);
CREATE INDEX "auth_events_newest" ON "auth_events" USING btree ("created_at" DESC, "id" DESC);
CREATE INDEX "auth_events_by_event" ON "auth_events" USING btree ("event", "created_at" DESC);
CREATE UNIQUE INDEX "idempotency_keys_by_caller_and_key" ON "idempotency_keys" USING btree ("user_id", "key") NULLS NOT DISTINCT;
CREATE INDEX "idempotency_keys_by_expiry" ON "idempotency_keys" USING btree ("expires_at");
CREATE INDEX "email_challenges_by_user" ON "email_challenges" USING btree ("user_id");
CREATE INDEX "outbox_events_pending" ON "outbox_events" USING btree ("next_try_at") WHERE published_at IS NULL AND dead_at IS NULL;
CREATE UNIQUE INDEX "handled_events_once" ON "handled_events" USING btree ("event_id", "job");
CREATE INDEX "handled_events_by_age" ON "handled_events" USING btree ("created_at");
CREATE INDEX "account_exports_by_user" ON "account_exports" USING btree ("user_id", "created_at" DESC, "id" DESC);
CREATE INDEX "account_exports_owed" ON "account_exports" USING btree ("due_on") WHERE status IN ('requested', 'building');
CREATE INDEX "push_devices_by_user" ON "push_devices" USING btree ("user_id");
CREATE INDEX "push_devices_by_session" ON "push_devices" USING btree ("session_id");
CREATE INDEX "push_devices_stale" ON "push_devices" USING btree ("seen_at");
CREATE INDEX "second_factors_by_user" ON "second_factors" USING btree ("user_id", "created_at" DESC, "id" DESC);
CREATE INDEX "posts_by_author" ON "posts" USING btree ("author_id", "created_at" DESC, "id" DESC) WHERE deleted_at IS NULL AND status = 'published';
CREATE INDEX "posts_by_author_any" ON "posts" USING btree ("author_id");
CREATE INDEX "posts_by_purge_date" ON "posts" USING btree ("deleted_at") WHERE deleted_at IS NOT NULL;
CREATE INDEX "comments_by_post" ON "comments" USING btree ("post_id", "created_at" DESC, "id" DESC);
CREATE INDEX "comments_by_author" ON "comments" USING btree ("author_id");
CREATE INDEX "comments_by_purge_date" ON "comments" USING btree ("deleted_at") WHERE deleted_at IS NOT NULL;
CREATE UNIQUE INDEX "follows_pair" ON "follows" USING btree ("follower_id", "followee_id");
CREATE INDEX "follows_followers_page" ON "follows" USING btree ("followee_id", "created_at" DESC, "id" DESC);
CREATE INDEX "follows_following_page" ON "follows" USING btree ("follower_id", "created_at" DESC, "id" DESC);
CREATE INDEX "follows_requests" ON "follows" USING btree ("followee_id", "created_at" DESC, "id" DESC) WHERE status = 'requested';
CREATE UNIQUE INDEX "blocks_pair" ON "blocks" USING btree ("blocker_id", "blocked_id");
CREATE INDEX "blocks_own_page" ON "blocks" USING btree ("blocker_id", "created_at" DESC, "id" DESC);
CREATE INDEX "blocks_other_direction" ON "blocks" USING btree ("blocked_id");
CREATE UNIQUE INDEX "likes_pair" ON "likes" USING btree ("user_id", "post_id");
CREATE INDEX "likes_by_post" ON "likes" USING btree ("post_id", "created_at" DESC);
CREATE INDEX "media_assets_by_owner" ON "media_assets" USING btree ("owner_id");
CREATE UNIQUE INDEX "media_assets_by_place" ON "media_assets" USING btree ("post_id", "position");
CREATE INDEX "media_assets_orphans" ON "media_assets" USING btree ("created_at") WHERE post_id IS NULL AND status <> 'quarantined';
CREATE INDEX "media_assets_by_hash" ON "media_assets" USING btree ("sha256");
CREATE INDEX "notifications_by_recipient" ON "notifications" USING btree ("recipient_id", "created_at" DESC, "id" DESC);
CREATE INDEX "notifications_unread" ON "notifications" USING btree ("recipient_id") WHERE read_at IS NULL;
CREATE INDEX "notifications_by_actor" ON "notifications" USING btree ("actor_id", "recipient_id");
CREATE INDEX "notifications_by_post" ON "notifications" USING btree ("post_id");
CREATE INDEX "notifications_by_age" ON "notifications" USING btree ("created_at");
CREATE INDEX "notifications_by_comment" ON "notifications" USING btree ("comment_id");
CREATE INDEX "reports_queue" ON "reports" USING btree ("urgency", "created_at") WHERE status = 'open';
CREATE INDEX "reports_decided" ON "reports" USING btree ("status", "created_at" DESC, "id" DESC);
CREATE UNIQUE INDEX "reports_once" ON "reports" USING btree ("target_id", "reporter_id") WHERE status = 'open';
CREATE INDEX "reports_by_reporter" ON "reports" USING btree ("reporter_id");
CREATE INDEX "moderation_actions_by_report" ON "moderation_actions" USING btree ("report_id");
CREATE INDEX "moderation_actions_by_moderator" ON "moderation_actions" USING btree ("moderator_id");
CREATE INDEX "moderation_actions_by_target" ON "moderation_actions" USING btree ("target_id", "created_at" DESC);
CREATE INDEX "moderation_actions_by_subject" ON "moderation_actions" USING btree ("subject_id", "created_at" DESC, "id" DESC);
CREATE INDEX "handle_holds_by_user" ON "handle_holds" USING btree ("user_id");
CREATE INDEX "handle_holds_by_release" ON "handle_holds" USING btree ("released_at");
CREATE INDEX "banned_media_newest" ON "banned_media" USING btree ("created_at" DESC, "id" DESC);
CREATE INDEX "banned_media_by_added_by" ON "banned_media" USING btree ("added_by");
CREATE INDEX "banned_media_by_lifted_by" ON "banned_media" USING btree ("lifted_by");
CREATE INDEX "safety_cases_by_mistake_by" ON "safety_cases" USING btree ("mistake_by");
CREATE INDEX "safety_cases_by_closed_by" ON "safety_cases" USING btree ("closed_by");
CREATE INDEX "safety_cases_owed" ON "safety_cases" USING btree ("created_at") WHERE status = 'open';
CREATE INDEX "safety_cases_newest" ON "safety_cases" USING btree ("created_at" DESC, "id" DESC);
CREATE INDEX "safety_cases_by_end" ON "safety_cases" USING btree ("preserve_until") WHERE status = 'reported';
CREATE INDEX "appeals_by_appellant" ON "appeals" USING btree ("appellant_id", "created_at" DESC, "id" DESC);
CREATE UNIQUE INDEX "appeals_once" ON "appeals" USING btree ("moderation_action_id", "appellant_id");
CREATE INDEX "appeals_queue" ON "appeals" USING btree ("created_at") WHERE status = 'open';
CREATE INDEX "appeals_by_decided_by" ON "appeals" USING btree ("decided_by");

-- Life cycles: a move that is not drawn in the document is refused, whoever tries it.
CREATE FUNCTION refuse_move() RETURNS trigger LANGUAGE plpgsql AS $refuse$
BEGIN
  RAISE EXCEPTION '%.% may not move like this', TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'check_violation';
END
$refuse$;

CREATE TRIGGER "account_exports_status_moves" BEFORE UPDATE OF "status" ON "account_exports" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status" AND (OLD."status", NEW."status") NOT IN (('requested', 'building'), ('building', 'ready'), ('ready', 'delivered'), ('ready', 'expired'), ('delivered', 'expired')))
  EXECUTE FUNCTION refuse_move('status');
CREATE TRIGGER "posts_status_moves" BEFORE UPDATE OF "status" ON "posts" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status" AND (OLD."status", NEW."status") NOT IN (('published', 'held'), ('published', 'removed'), ('held', 'removed'), ('held', 'published'), ('removed', 'published')))
  EXECUTE FUNCTION refuse_move('status');
CREATE TRIGGER "comments_status_moves" BEFORE UPDATE OF "status" ON "comments" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status" AND (OLD."status", NEW."status") NOT IN (('published', 'held'), ('published', 'removed'), ('held', 'removed'), ('held', 'published'), ('removed', 'published')))
  EXECUTE FUNCTION refuse_move('status');
CREATE TRIGGER "reports_status_moves" BEFORE UPDATE OF "status" ON "reports" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status" AND (OLD."status", NEW."status") NOT IN (('open', 'actioned'), ('open', 'dismissed')))
  EXECUTE FUNCTION refuse_move('status');
CREATE TRIGGER "media_assets_status_moves" BEFORE UPDATE OF "status" ON "media_assets" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status" AND (OLD."status", NEW."status") NOT IN (('pending_upload', 'processing'), ('processing', 'ready'), ('processing', 'rejected'), ('processing', 'quarantined'), ('ready', 'quarantined'), ('quarantined', 'processing')))
  EXECUTE FUNCTION refuse_move('status');
CREATE TRIGGER "safety_cases_status_moves" BEFORE UPDATE OF "status" ON "safety_cases" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status" AND (OLD."status", NEW."status") NOT IN (('open', 'reported'), ('open', 'closed'), ('reported', 'closed')))
  EXECUTE FUNCTION refuse_move('status');
CREATE TRIGGER "follows_status_moves" BEFORE UPDATE OF "status" ON "follows" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status" AND (OLD."status", NEW."status") NOT IN (('requested', 'accepted')))
  EXECUTE FUNCTION refuse_move('status');
CREATE TRIGGER "appeals_status_moves" BEFORE UPDATE OF "status" ON "appeals" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status" AND (OLD."status", NEW."status") NOT IN (('open', 'upheld'), ('open', 'reversed')))
  EXECUTE FUNCTION refuse_move('status');

CREATE TRIGGER "users_touch" BEFORE UPDATE OF "email", "email_verified_at", "display_name", "role", "suspended_until", "purge_after", "password_hash", "minor_until", "terms_version", "handle", "bio", "is_private", "handle_changed_at", "avatar_id", "deleted_at" ON "users" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "auth_sessions_touch" BEFORE UPDATE ON "auth_sessions" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "refresh_tokens_touch" BEFORE UPDATE ON "refresh_tokens" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "idempotency_keys_touch" BEFORE UPDATE ON "idempotency_keys" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "email_challenges_touch" BEFORE UPDATE ON "email_challenges" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "outbox_events_touch" BEFORE UPDATE ON "outbox_events" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "account_exports_touch" BEFORE UPDATE ON "account_exports" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "push_devices_touch" BEFORE UPDATE ON "push_devices" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "second_factors_touch" BEFORE UPDATE ON "second_factors" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "posts_touch" BEFORE UPDATE OF "author_id", "body", "status", "edited_at", "deleted_at" ON "posts" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "comments_touch" BEFORE UPDATE ON "comments" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "follows_touch" BEFORE UPDATE ON "follows" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "blocks_touch" BEFORE UPDATE ON "blocks" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "likes_touch" BEFORE UPDATE ON "likes" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "media_assets_touch" BEFORE UPDATE ON "media_assets" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "notifications_touch" BEFORE UPDATE ON "notifications" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "reports_touch" BEFORE UPDATE ON "reports" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "handle_holds_touch" BEFORE UPDATE ON "handle_holds" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "banned_media_touch" BEFORE UPDATE ON "banned_media" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "safety_cases_touch" BEFORE UPDATE ON "safety_cases" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "appeals_touch" BEFORE UPDATE ON "appeals" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

-- Rows that are only added. The jobs of retention and erasure say so first: SET LOCAL app.duty = 'erasure'.
CREATE FUNCTION keep_rows() RETURNS trigger LANGUAGE plpgsql AS $keep$
BEGIN
  IF current_setting('app.duty', true) IN ('retention', 'erasure') THEN
    IF TG_OP = 'DELETE' THEN
      RETURN OLD;
    END IF;
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END
$keep$;

CREATE TRIGGER "auth_events_keep" BEFORE UPDATE OR DELETE ON "auth_events" FOR EACH ROW EXECUTE FUNCTION keep_rows();
CREATE TRIGGER "handled_events_keep" BEFORE UPDATE OR DELETE ON "handled_events" FOR EACH ROW EXECUTE FUNCTION keep_rows();
CREATE TRIGGER "moderation_actions_keep" BEFORE UPDATE OR DELETE ON "moderation_actions" FOR EACH ROW EXECUTE FUNCTION keep_rows();

