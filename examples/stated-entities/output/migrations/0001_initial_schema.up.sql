-- Initial schema of Quarryman: 16 tables.

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
  "role" text NOT NULL DEFAULT 'foreman',
  "suspended_until" timestamptz,
  "purge_after" timestamptz,
  "password_hash" text,
  "hold_until" timestamptz,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  "deleted_at" timestamptz,
  CONSTRAINT "users_role_choice" CHECK ("role" IN ('foreman', 'driver', 'administrator')),
  CONSTRAINT "users_email_length" CHECK (char_length("email") <= 254),
  CONSTRAINT "users_display_name_length" CHECK (char_length("display_name") <= 80),
  CONSTRAINT "users_password_hash_length" CHECK (char_length("password_hash") <= 255),
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

-- who changed which record, written in the transaction of the change
CREATE TABLE "audit_entries" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "actor_id" uuid,
  "action" text NOT NULL,
  "record_type" text NOT NULL,
  "record_id" uuid NOT NULL,
  "changed_fields" text[] NOT NULL,
  "request_id" uuid,
  "release" text NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "audit_entries_action_length" CHECK (char_length("action") <= 60),
  CONSTRAINT "audit_entries_record_type_length" CHECK (char_length("record_type") <= 60),
  CONSTRAINT "audit_entries_release_length" CHECK (char_length("release") <= 40),
  PRIMARY KEY ("id")
);

-- one person asked for a copy of what is kept about them
CREATE TABLE "account_exports" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "user_id" uuid NOT NULL,
  "due_on" date NOT NULL,
  "expires_at" timestamptz,
  "status" text NOT NULL DEFAULT 'requested',
  "sealed_copy" bytea,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "account_exports_status_choice" CHECK ("status" IN ('requested', 'building', 'ready', 'delivered', 'expired')),
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

-- a wall of rock that is worked
CREATE TABLE "quarry_faces" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "name" text NOT NULL,
  "rock" text NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  "deleted_at" timestamptz,
  CONSTRAINT "quarry_faces_rock_choice" CHECK ("rock" IN ('granite', 'basalt', 'lime''s stone')),
  CONSTRAINT "quarry_faces_name_length" CHECK (char_length("name") <= 200),
  PRIMARY KEY ("id")
);

-- one explosion
CREATE TABLE "blasts" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "quarry_face_id" uuid NOT NULL,
  "fired_at" timestamptz NOT NULL,
  "charge_kg" numeric NOT NULL,
  "shot_by_id" uuid NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  "deleted_at" timestamptz,
  CONSTRAINT "blasts_charge_kg_range" CHECK ("charge_kg" >= 0),
  PRIMARY KEY ("id")
);

-- loads of Quarryman
CREATE TABLE "loads" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "blast_id" uuid NOT NULL,
  "tonnes" numeric NOT NULL,
  "price" bigint NOT NULL,
  "order" text NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  "deleted_at" timestamptz,
  CONSTRAINT "loads_order_length" CHECK (char_length("order") <= 200),
  CONSTRAINT "loads_tonnes_range" CHECK ("tonnes" >= 0),
  PRIMARY KEY ("id")
);

-- trucks of Quarryman
CREATE TABLE "trucks" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "plate" text NOT NULL,
  "tags" text[] NOT NULL DEFAULT '{}',
  "spec" jsonb,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  "deleted_at" timestamptz,
  CONSTRAINT "trucks_plate_length" CHECK (char_length("plate") <= 200),
  PRIMARY KEY ("id")
);

-- delivery notes of Quarryman
CREATE TABLE "delivery_notes" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "load_id" uuid NOT NULL,
  "truck_id" uuid NOT NULL,
  "signed" boolean NOT NULL DEFAULT false,
  "customer_email" text NOT NULL,
  "table" integer NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  "deleted_at" timestamptz,
  CONSTRAINT "delivery_notes_customer_email_length" CHECK (char_length("customer_email") <= 254),
  CONSTRAINT "delivery_notes_table_range" CHECK ("table" >= 0),
  PRIMARY KEY ("id")
);

-- References, added when every table exists.
ALTER TABLE "auth_sessions" ADD CONSTRAINT "auth_sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "refresh_tokens" ADD CONSTRAINT "refresh_tokens_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "auth_sessions" ("id") ON DELETE CASCADE;
ALTER TABLE "auth_events" ADD CONSTRAINT "auth_events_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE SET NULL;
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "email_challenges" ADD CONSTRAINT "email_challenges_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "audit_entries" ADD CONSTRAINT "audit_entries_actor_id_fkey" FOREIGN KEY ("actor_id") REFERENCES "users" ("id") ON DELETE SET NULL;
ALTER TABLE "account_exports" ADD CONSTRAINT "account_exports_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "second_factors" ADD CONSTRAINT "second_factors_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "blasts" ADD CONSTRAINT "blasts_quarry_face_id_fkey" FOREIGN KEY ("quarry_face_id") REFERENCES "quarry_faces" ("id") ON DELETE RESTRICT;
ALTER TABLE "blasts" ADD CONSTRAINT "blasts_shot_by_id_fkey" FOREIGN KEY ("shot_by_id") REFERENCES "users" ("id") ON DELETE RESTRICT;
ALTER TABLE "loads" ADD CONSTRAINT "loads_blast_id_fkey" FOREIGN KEY ("blast_id") REFERENCES "blasts" ("id") ON DELETE RESTRICT;
ALTER TABLE "delivery_notes" ADD CONSTRAINT "delivery_notes_load_id_fkey" FOREIGN KEY ("load_id") REFERENCES "loads" ("id") ON DELETE RESTRICT;
ALTER TABLE "delivery_notes" ADD CONSTRAINT "delivery_notes_truck_id_fkey" FOREIGN KEY ("truck_id") REFERENCES "trucks" ("id") ON DELETE RESTRICT;

-- Indexes: each serves a query that the document names.
CREATE UNIQUE INDEX "users_email_unique" ON "users" (lower("email"));
CREATE UNIQUE INDEX "refresh_tokens_token_hash_unique" ON "refresh_tokens" ("token_hash");
CREATE UNIQUE INDEX "email_challenges_token_hash_unique" ON "email_challenges" ("token_hash");
CREATE INDEX "users_by_purge_date" ON "users" USING btree ("purge_after") WHERE deleted_at IS NOT NULL;
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
CREATE INDEX "audit_entries_newest" ON "audit_entries" USING btree ("created_at" DESC, "id" DESC);
CREATE INDEX "audit_entries_by_record" ON "audit_entries" USING btree ("record_type", "record_id", "created_at" DESC);
CREATE INDEX "audit_entries_by_actor" ON "audit_entries" USING btree ("actor_id", "created_at" DESC);
CREATE INDEX "account_exports_by_user" ON "account_exports" USING btree ("user_id", "created_at" DESC, "id" DESC);
CREATE INDEX "account_exports_owed" ON "account_exports" USING btree ("due_on") WHERE status IN ('requested', 'building');
CREATE INDEX "second_factors_by_user" ON "second_factors" USING btree ("user_id", "created_at" DESC, "id" DESC);
CREATE INDEX "quarry_faces_newest" ON "quarry_faces" USING btree ("created_at" DESC, "id" DESC);
CREATE INDEX "blasts_by_quarry_face" ON "blasts" USING btree ("quarry_face_id", "fired_at" DESC, "id" DESC);
CREATE INDEX "blasts_by_shot_by" ON "blasts" USING btree ("shot_by_id", "fired_at" DESC, "id" DESC);
CREATE INDEX "blasts_by_fired_at" ON "blasts" USING btree ("fired_at" DESC, "id" DESC);
CREATE INDEX "loads_by_blast" ON "loads" USING btree ("blast_id", "created_at" DESC, "id" DESC);
CREATE INDEX "loads_newest" ON "loads" USING btree ("created_at" DESC, "id" DESC);
CREATE INDEX "trucks_by_tag" ON "trucks" USING gin ("tags");
CREATE INDEX "trucks_newest" ON "trucks" USING btree ("created_at" DESC, "id" DESC);
CREATE INDEX "delivery_notes_by_load" ON "delivery_notes" USING btree ("load_id", "created_at" DESC, "id" DESC);
CREATE INDEX "delivery_notes_by_truck" ON "delivery_notes" USING btree ("truck_id", "created_at" DESC, "id" DESC);
CREATE INDEX "delivery_notes_newest" ON "delivery_notes" USING btree ("created_at" DESC, "id" DESC);

-- Life cycles: a move that is not drawn in the document is refused, whoever tries it.
CREATE FUNCTION refuse_move() RETURNS trigger LANGUAGE plpgsql AS $refuse$
BEGIN
  RAISE EXCEPTION '%.% may not move like this', TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'check_violation';
END
$refuse$;

CREATE TRIGGER "account_exports_status_moves" BEFORE UPDATE OF "status" ON "account_exports" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status" AND (OLD."status", NEW."status") NOT IN (('requested', 'building'), ('building', 'ready'), ('ready', 'delivered'), ('ready', 'expired'), ('delivered', 'expired')))
  EXECUTE FUNCTION refuse_move('status');

CREATE TRIGGER "users_touch" BEFORE UPDATE ON "users" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "auth_sessions_touch" BEFORE UPDATE ON "auth_sessions" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "refresh_tokens_touch" BEFORE UPDATE ON "refresh_tokens" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "idempotency_keys_touch" BEFORE UPDATE ON "idempotency_keys" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "email_challenges_touch" BEFORE UPDATE ON "email_challenges" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "outbox_events_touch" BEFORE UPDATE ON "outbox_events" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "account_exports_touch" BEFORE UPDATE ON "account_exports" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "second_factors_touch" BEFORE UPDATE ON "second_factors" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "quarry_faces_touch" BEFORE UPDATE ON "quarry_faces" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "blasts_touch" BEFORE UPDATE ON "blasts" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "loads_touch" BEFORE UPDATE ON "loads" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "trucks_touch" BEFORE UPDATE ON "trucks" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "delivery_notes_touch" BEFORE UPDATE ON "delivery_notes" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

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
CREATE TRIGGER "audit_entries_keep" BEFORE UPDATE OR DELETE ON "audit_entries" FOR EACH ROW EXECUTE FUNCTION keep_rows();

