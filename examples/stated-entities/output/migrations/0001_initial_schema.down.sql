-- Takes back 0001_initial_schema.up.sql. All data in these tables is lost: production restores a backup instead.

ALTER TABLE "auth_sessions" DROP CONSTRAINT "auth_sessions_user_id_fkey";
ALTER TABLE "refresh_tokens" DROP CONSTRAINT "refresh_tokens_session_id_fkey";
ALTER TABLE "auth_events" DROP CONSTRAINT "auth_events_user_id_fkey";
ALTER TABLE "idempotency_keys" DROP CONSTRAINT "idempotency_keys_user_id_fkey";
ALTER TABLE "email_challenges" DROP CONSTRAINT "email_challenges_user_id_fkey";
ALTER TABLE "audit_entries" DROP CONSTRAINT "audit_entries_actor_id_fkey";
ALTER TABLE "account_exports" DROP CONSTRAINT "account_exports_user_id_fkey";
ALTER TABLE "second_factors" DROP CONSTRAINT "second_factors_user_id_fkey";
ALTER TABLE "blasts" DROP CONSTRAINT "blasts_quarry_face_id_fkey";
ALTER TABLE "blasts" DROP CONSTRAINT "blasts_shot_by_id_fkey";
ALTER TABLE "loads" DROP CONSTRAINT "loads_blast_id_fkey";
ALTER TABLE "delivery_notes" DROP CONSTRAINT "delivery_notes_load_id_fkey";
ALTER TABLE "delivery_notes" DROP CONSTRAINT "delivery_notes_truck_id_fkey";

DROP TABLE "delivery_notes";
DROP TABLE "trucks";
DROP TABLE "loads";
DROP TABLE "blasts";
DROP TABLE "quarry_faces";
DROP TABLE "second_factors";
DROP TABLE "account_exports";
DROP TABLE "audit_entries";
DROP TABLE "handled_events";
DROP TABLE "outbox_events";
DROP TABLE "email_challenges";
DROP TABLE "idempotency_keys";
DROP TABLE "auth_events";
DROP TABLE "refresh_tokens";
DROP TABLE "auth_sessions";
DROP TABLE "users";

DROP FUNCTION refuse_move();
DROP FUNCTION keep_rows();
DROP FUNCTION touch_updated_at();
