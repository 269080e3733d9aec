-- Initial schema of Tradebook: 28 tables.

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
  "role" text NOT NULL DEFAULT 'trader',
  "suspended_until" timestamptz,
  "purge_after" timestamptz,
  "password_hash" text,
  "hold_until" timestamptz,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  "deleted_at" timestamptz,
  CONSTRAINT "users_role_choice" CHECK ("role" IN ('trader', 'account_manager', 'compliance_officer', 'administrator')),
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

-- one line on which venue, custodian or bank and our books differ
CREATE TABLE "reconciliation_breaks" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "counterparty" text NOT NULL,
  "trade_date" date NOT NULL,
  "line_reference" text NOT NULL,
  "account_id" uuid,
  "ours" bigint,
  "theirs" bigint,
  "explanation" text,
  "explained_by" uuid,
  "status" text NOT NULL DEFAULT 'open',
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "reconciliation_breaks_counterparty_choice" CHECK ("counterparty" IN ('venue', 'custodian', 'bank')),
  CONSTRAINT "reconciliation_breaks_status_choice" CHECK ("status" IN ('open', 'explained', 'gone')),
  CONSTRAINT "reconciliation_breaks_line_reference_length" CHECK (char_length("line_reference") BETWEEN 1 AND 80),
  CONSTRAINT "reconciliation_breaks_explanation_length" CHECK (char_length("explanation") BETWEEN 10 AND 1000),
  CONSTRAINT "reconciliation_breaks_sides_differ" CHECK (ours IS DISTINCT FROM theirs),
  CONSTRAINT "reconciliation_breaks_explained_has_words" CHECK ((status = 'explained') = (explanation IS NOT NULL AND explained_by IS NOT NULL)),
  PRIMARY KEY ("id")
);

-- a reason to look at the orders of one account, and the officer who may
CREATE TABLE "compliance_cases" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "account_id" uuid NOT NULL,
  "officer_id" uuid NOT NULL,
  "reason" text NOT NULL,
  "closed_at" timestamptz,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "compliance_cases_reason_length" CHECK (char_length("reason") BETWEEN 10 AND 2000),
  PRIMARY KEY ("id")
);

-- one decision of an officer about a customer, and why
CREATE TABLE "compliance_decisions" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "user_id" uuid NOT NULL,
  "decided_by" uuid NOT NULL,
  "account_id" uuid,
  "identity_check_id" uuid,
  "verdict" text NOT NULL,
  "reason" text NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "compliance_decisions_verdict_choice" CHECK ("verdict" IN ('restrict', 'release', 'close', 'set_limits', 'kill', 'approve_identity', 'refuse_identity', 'look_up')),
  CONSTRAINT "compliance_decisions_reason_length" CHECK (char_length("reason") BETWEEN 10 AND 2000),
  CONSTRAINT "compliance_decisions_not_about_oneself" CHECK (decided_by <> user_id),
  CONSTRAINT "compliance_decisions_about_one_thing" CHECK (verdict = 'look_up' OR (account_id IS NULL) <> (identity_check_id IS NULL)),
  PRIMARY KEY ("id")
);

-- the cash of one customer in one currency, or one of the house's own accounts that stand on the other side
CREATE TABLE "trading_accounts" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "user_id" uuid,
  "kind" text NOT NULL DEFAULT 'customer',
  "currency" text NOT NULL,
  "deposit_reference" text,
  "balance_amount" bigint NOT NULL DEFAULT 0,
  "held_amount" bigint NOT NULL DEFAULT 0,
  "status" text NOT NULL DEFAULT 'open',
  "restricted_by" uuid,
  "closed_at" timestamptz,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "trading_accounts_kind_choice" CHECK ("kind" IN ('customer', 'venue_clearing', 'bank_clearing', 'fees', 'suspense')),
  CONSTRAINT "trading_accounts_status_choice" CHECK ("status" IN ('open', 'restricted', 'closed')),
  CONSTRAINT "trading_accounts_currency_length" CHECK (char_length("currency") BETWEEN 3 AND 3),
  CONSTRAINT "trading_accounts_deposit_reference_length" CHECK (char_length("deposit_reference") BETWEEN 10 AND 10),
  CONSTRAINT "trading_accounts_held_amount_range" CHECK ("held_amount" >= 0),
  CONSTRAINT "trading_accounts_currency_pattern" CHECK ("currency" ~ '^[A-Z]{3}$'),
  CONSTRAINT "trading_accounts_deposit_reference_pattern" CHECK ("deposit_reference" ~ '^[A-Z0-9]{10}$'),
  CONSTRAINT "trading_accounts_holds_are_covered" CHECK (kind <> 'customer' OR held_amount <= balance_amount),
  CONSTRAINT "trading_accounts_house_has_no_owner" CHECK ((kind = 'customer') = (user_id IS NOT NULL)),
  CONSTRAINT "trading_accounts_closed_is_empty" CHECK ((status = 'closed') = (closed_at IS NOT NULL) AND (status <> 'closed' OR balance_amount = 0 AND held_amount = 0)),
  CONSTRAINT "trading_accounts_restricted_by_somebody" CHECK (status <> 'restricted' OR restricted_by IS NOT NULL),
  PRIMARY KEY ("id")
);

-- one side of one movement of money
CREATE TABLE "ledger_entries" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "account_id" uuid NOT NULL,
  "movement_id" uuid NOT NULL,
  "kind" text NOT NULL,
  "entry_amount" bigint NOT NULL,
  "order_id" uuid,
  "booked_on" date NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "ledger_entries_kind_choice" CHECK ("kind" IN ('deposit', 'withdrawal', 'trade', 'fee', 'settlement', 'dividend', 'cash_in_lieu', 'tax', 'correction')),
  CONSTRAINT "ledger_entries_never_zero" CHECK (entry_amount <> 0),
  PRIMARY KEY ("id")
);

-- what one customer wants to buy or sell
CREATE TABLE "orders" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "user_id" uuid NOT NULL,
  "account_id" uuid NOT NULL,
  "instrument_id" uuid NOT NULL,
  "client_order_id" uuid NOT NULL,
  "side" text NOT NULL,
  "kind" text NOT NULL,
  "quantity_millionths" bigint NOT NULL,
  "limit_price_e4" bigint,
  "sent_price_e4" bigint NOT NULL,
  "filled_millionths" bigint NOT NULL DEFAULT 0,
  "held_amount" bigint NOT NULL DEFAULT 0,
  "trade_date" date NOT NULL,
  "sent_at" timestamptz,
  "venue_sequence" bigint NOT NULL DEFAULT 0,
  "status" text NOT NULL DEFAULT 'new',
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "orders_side_choice" CHECK ("side" IN ('buy', 'sell')),
  CONSTRAINT "orders_kind_choice" CHECK ("kind" IN ('market', 'limit')),
  CONSTRAINT "orders_status_choice" CHECK ("status" IN ('new', 'accepted', 'partly_filled', 'cancelling', 'filled', 'cancelled', 'expired', 'rejected')),
  CONSTRAINT "orders_quantity_millionths_range" CHECK ("quantity_millionths" >= 1),
  CONSTRAINT "orders_limit_price_e4_range" CHECK ("limit_price_e4" >= 1),
  CONSTRAINT "orders_sent_price_e4_range" CHECK ("sent_price_e4" >= 1),
  CONSTRAINT "orders_filled_millionths_range" CHECK ("filled_millionths" >= 0),
  CONSTRAINT "orders_held_amount_range" CHECK ("held_amount" >= 0),
  CONSTRAINT "orders_venue_sequence_range" CHECK ("venue_sequence" >= 0),
  CONSTRAINT "orders_limit_has_price" CHECK ((kind = 'limit') = (limit_price_e4 IS NOT NULL)),
  CONSTRAINT "orders_never_overfilled" CHECK (filled_millionths <= quantity_millionths),
  CONSTRAINT "orders_final_holds_nothing" CHECK (status NOT IN ('filled', 'cancelled', 'expired', 'rejected') OR held_amount = 0),
  PRIMARY KEY ("id")
);

-- a part of an order that was traded at one price
CREATE TABLE "executions" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "order_id" uuid NOT NULL,
  "quantity_millionths" bigint NOT NULL,
  "unit_price_e4" bigint NOT NULL,
  "traded_amount" bigint NOT NULL,
  "fee_amount" bigint NOT NULL,
  "venue_reference" text NOT NULL,
  "busts_id" uuid,
  "traded_at" timestamptz NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "executions_venue_reference_length" CHECK (char_length("venue_reference") BETWEEN 1 AND 64),
  CONSTRAINT "executions_quantity_millionths_range" CHECK ("quantity_millionths" >= 1),
  CONSTRAINT "executions_unit_price_e4_range" CHECK ("unit_price_e4" >= 1),
  CONSTRAINT "executions_traded_amount_range" CHECK ("traded_amount" >= 0),
  CONSTRAINT "executions_fee_amount_range" CHECK ("fee_amount" >= 0),
  CONSTRAINT "executions_amount_is_product" CHECK (traded_amount = round(quantity_millionths::numeric * unit_price_e4 / 100000000)),
  PRIMARY KEY ("id")
);

-- how much of one instrument an account holds
CREATE TABLE "positions" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "account_id" uuid NOT NULL,
  "instrument_id" uuid NOT NULL,
  "quantity_millionths" bigint NOT NULL DEFAULT 0,
  "held_millionths" bigint NOT NULL DEFAULT 0,
  "cost_amount" bigint NOT NULL DEFAULT 0,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "positions_quantity_millionths_range" CHECK ("quantity_millionths" >= 0),
  CONSTRAINT "positions_held_millionths_range" CHECK ("held_millionths" >= 0),
  CONSTRAINT "positions_cost_amount_range" CHECK ("cost_amount" >= 0),
  CONSTRAINT "positions_never_short" CHECK (held_millionths <= quantity_millionths),
  PRIMARY KEY ("id")
);

-- a change of a position that nobody traded: a split, a merger, a delisting
CREATE TABLE "corporate_actions" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "position_id" uuid NOT NULL,
  "kind" text NOT NULL,
  "change_millionths" bigint NOT NULL,
  "effective_on" date NOT NULL,
  "custodian_reference" text NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "corporate_actions_kind_choice" CHECK ("kind" IN ('split', 'reverse_split', 'merger', 'spin_off', 'delisting')),
  CONSTRAINT "corporate_actions_custodian_reference_length" CHECK (char_length("custodian_reference") BETWEEN 1 AND 64),
  PRIMARY KEY ("id")
);

-- the exchange of money and instruments for one execution
CREATE TABLE "settlements" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "execution_id" uuid NOT NULL,
  "due_on" date NOT NULL,
  "settlement_amount" bigint NOT NULL,
  "status" text NOT NULL DEFAULT 'pending',
  "settled_at" timestamptz,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "settlements_status_choice" CHECK ("status" IN ('pending', 'settled', 'failed', 'void')),
  CONSTRAINT "settlements_settled_has_time" CHECK ((status = 'settled') = (settled_at IS NOT NULL)),
  PRIMARY KEY ("id")
);

-- a bank account in the customer's own name to which money may leave
CREATE TABLE "payout_accounts" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "user_id" uuid NOT NULL,
  "bank_token" text NOT NULL,
  "iban_hash" text NOT NULL,
  "last_digits" text NOT NULL,
  "closed_at" timestamptz,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "payout_accounts_bank_token_length" CHECK (char_length("bank_token") BETWEEN 1 AND 64),
  CONSTRAINT "payout_accounts_iban_hash_length" CHECK (char_length("iban_hash") BETWEEN 64 AND 64),
  CONSTRAINT "payout_accounts_last_digits_length" CHECK (char_length("last_digits") BETWEEN 4 AND 4),
  PRIMARY KEY ("id")
);

-- one instrument that one person keeps an eye on
CREATE TABLE "watchlist_items" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "user_id" uuid NOT NULL,
  "instrument_id" uuid NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  "deleted_at" timestamptz,
  PRIMARY KEY ("id")
);

-- something that can be traded
CREATE TABLE "instruments" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "symbol" text NOT NULL,
  "title" text NOT NULL,
  "isin" text NOT NULL,
  "mic" text NOT NULL,
  "currency" text NOT NULL,
  "tick_size_e4" bigint NOT NULL DEFAULT 100,
  "lot_millionths" bigint NOT NULL DEFAULT 1000000,
  "tradable" boolean NOT NULL DEFAULT true,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "instruments_symbol_length" CHECK (char_length("symbol") BETWEEN 1 AND 12),
  CONSTRAINT "instruments_title_length" CHECK (char_length("title") BETWEEN 1 AND 120),
  CONSTRAINT "instruments_isin_length" CHECK (char_length("isin") BETWEEN 12 AND 12),
  CONSTRAINT "instruments_mic_length" CHECK (char_length("mic") BETWEEN 4 AND 4),
  CONSTRAINT "instruments_currency_length" CHECK (char_length("currency") BETWEEN 3 AND 3),
  CONSTRAINT "instruments_tick_size_e4_range" CHECK ("tick_size_e4" >= 1),
  CONSTRAINT "instruments_lot_millionths_range" CHECK ("lot_millionths" >= 1),
  CONSTRAINT "instruments_symbol_pattern" CHECK ("symbol" ~ '^[A-Z0-9.]{1,12}$'),
  CONSTRAINT "instruments_isin_pattern" CHECK ("isin" ~ '^[A-Z]{2}[A-Z0-9]{9}[0-9]$'),
  CONSTRAINT "instruments_mic_pattern" CHECK ("mic" ~ '^[A-Z0-9]{4}$'),
  CONSTRAINT "instruments_currency_pattern" CHECK ("currency" ~ '^[A-Z]{3}$'),
  PRIMARY KEY ("id")
);

-- one session of one venue: when it opens, when it closes, when its trades settle
CREATE TABLE "trading_days" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "mic" text NOT NULL,
  "trade_date" date NOT NULL,
  "opens_at" timestamptz NOT NULL,
  "closes_at" timestamptz NOT NULL,
  "settles_on" date NOT NULL,
  "closed_at" timestamptz,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "trading_days_mic_length" CHECK (char_length("mic") BETWEEN 4 AND 4),
  CONSTRAINT "trading_days_mic_pattern" CHECK ("mic" ~ '^[A-Z0-9]{4}$'),
  CONSTRAINT "trading_days_opens_before_it_closes" CHECK (opens_at < closes_at AND settles_on >= trade_date),
  PRIMARY KEY ("id")
);

-- what one account may do at most before a person looks
CREATE TABLE "risk_limits" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "account_id" uuid NOT NULL,
  "order_amount" bigint NOT NULL DEFAULT 5000000,
  "daily_amount" bigint NOT NULL DEFAULT 20000000,
  "open_orders" integer NOT NULL DEFAULT 50,
  "collar_percent" integer NOT NULL DEFAULT 10,
  "killed" boolean NOT NULL DEFAULT false,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "risk_limits_order_amount_range" CHECK ("order_amount" >= 0),
  CONSTRAINT "risk_limits_daily_amount_range" CHECK ("daily_amount" >= 0),
  CONSTRAINT "risk_limits_open_orders_range" CHECK ("open_orders" >= 1),
  CONSTRAINT "risk_limits_collar_percent_range" CHECK ("collar_percent" >= 1),
  PRIMARY KEY ("id")
);

-- one examination of who a customer is, against documents and sanctions lists
CREATE TABLE "identity_checks" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "user_id" uuid NOT NULL,
  "country" text NOT NULL,
  "provider_reference" text,
  "status" text NOT NULL DEFAULT 'requested',
  "decided_by" uuid,
  "valid_until" date,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "identity_checks_status_choice" CHECK ("status" IN ('requested', 'in_review', 'approved', 'refused', 'expired')),
  CONSTRAINT "identity_checks_country_length" CHECK (char_length("country") BETWEEN 2 AND 2),
  CONSTRAINT "identity_checks_provider_reference_length" CHECK (char_length("provider_reference") <= 80),
  CONSTRAINT "identity_checks_country_pattern" CHECK ("country" ~ '^[A-Z]{2}$'),
  PRIMARY KEY ("id")
);

-- money in from or out to the customer's own bank account
CREATE TABLE "transfers" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "user_id" uuid NOT NULL,
  "account_id" uuid NOT NULL,
  "payout_account_id" uuid,
  "direction" text NOT NULL DEFAULT 'out',
  "transfer_amount" bigint NOT NULL,
  "bank_reference" text,
  "status" text NOT NULL DEFAULT 'requested',
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "transfers_direction_choice" CHECK ("direction" IN ('in', 'out')),
  CONSTRAINT "transfers_status_choice" CHECK ("status" IN ('requested', 'sent', 'booked', 'returned')),
  CONSTRAINT "transfers_bank_reference_length" CHECK (char_length("bank_reference") <= 64),
  CONSTRAINT "transfers_transfer_amount_range" CHECK ("transfer_amount" >= 1),
  CONSTRAINT "transfers_out_has_destination" CHECK ((direction = 'out') = (payout_account_id IS NOT NULL)),
  CONSTRAINT "transfers_deposit_has_arrived" CHECK (direction = 'out' OR bank_reference IS NOT NULL AND status IN ('booked', 'returned')),
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
ALTER TABLE "reconciliation_breaks" ADD CONSTRAINT "reconciliation_breaks_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "trading_accounts" ("id") ON DELETE RESTRICT;
ALTER TABLE "reconciliation_breaks" ADD CONSTRAINT "reconciliation_breaks_explained_by_fkey" FOREIGN KEY ("explained_by") REFERENCES "users" ("id") ON DELETE RESTRICT;
ALTER TABLE "compliance_cases" ADD CONSTRAINT "compliance_cases_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "trading_accounts" ("id") ON DELETE RESTRICT;
ALTER TABLE "compliance_cases" ADD CONSTRAINT "compliance_cases_officer_id_fkey" FOREIGN KEY ("officer_id") REFERENCES "users" ("id") ON DELETE RESTRICT;
ALTER TABLE "compliance_decisions" ADD CONSTRAINT "compliance_decisions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE RESTRICT;
ALTER TABLE "compliance_decisions" ADD CONSTRAINT "compliance_decisions_decided_by_fkey" FOREIGN KEY ("decided_by") REFERENCES "users" ("id") ON DELETE RESTRICT;
ALTER TABLE "compliance_decisions" ADD CONSTRAINT "compliance_decisions_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "trading_accounts" ("id") ON DELETE RESTRICT;
ALTER TABLE "compliance_decisions" ADD CONSTRAINT "compliance_decisions_identity_check_id_fkey" FOREIGN KEY ("identity_check_id") REFERENCES "identity_checks" ("id") ON DELETE RESTRICT;
ALTER TABLE "trading_accounts" ADD CONSTRAINT "trading_accounts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE RESTRICT;
ALTER TABLE "trading_accounts" ADD CONSTRAINT "trading_accounts_restricted_by_fkey" FOREIGN KEY ("restricted_by") REFERENCES "users" ("id") ON DELETE RESTRICT;
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "trading_accounts" ("id") ON DELETE RESTRICT;
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders" ("id") ON DELETE RESTRICT;
ALTER TABLE "orders" ADD CONSTRAINT "orders_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE RESTRICT;
ALTER TABLE "orders" ADD CONSTRAINT "orders_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "trading_accounts" ("id") ON DELETE RESTRICT;
ALTER TABLE "orders" ADD CONSTRAINT "orders_instrument_id_fkey" FOREIGN KEY ("instrument_id") REFERENCES "instruments" ("id") ON DELETE RESTRICT;
ALTER TABLE "executions" ADD CONSTRAINT "executions_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders" ("id") ON DELETE RESTRICT;
ALTER TABLE "executions" ADD CONSTRAINT "executions_busts_id_fkey" FOREIGN KEY ("busts_id") REFERENCES "executions" ("id") ON DELETE RESTRICT;
ALTER TABLE "positions" ADD CONSTRAINT "positions_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "trading_accounts" ("id") ON DELETE RESTRICT;
ALTER TABLE "positions" ADD CONSTRAINT "positions_instrument_id_fkey" FOREIGN KEY ("instrument_id") REFERENCES "instruments" ("id") ON DELETE RESTRICT;
ALTER TABLE "corporate_actions" ADD CONSTRAINT "corporate_actions_position_id_fkey" FOREIGN KEY ("position_id") REFERENCES "positions" ("id") ON DELETE RESTRICT;
ALTER TABLE "settlements" ADD CONSTRAINT "settlements_execution_id_fkey" FOREIGN KEY ("execution_id") REFERENCES "executions" ("id") ON DELETE RESTRICT;
ALTER TABLE "payout_accounts" ADD CONSTRAINT "payout_accounts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE RESTRICT;
ALTER TABLE "watchlist_items" ADD CONSTRAINT "watchlist_items_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE;
ALTER TABLE "watchlist_items" ADD CONSTRAINT "watchlist_items_instrument_id_fkey" FOREIGN KEY ("instrument_id") REFERENCES "instruments" ("id") ON DELETE CASCADE;
ALTER TABLE "risk_limits" ADD CONSTRAINT "risk_limits_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "trading_accounts" ("id") ON DELETE RESTRICT;
ALTER TABLE "identity_checks" ADD CONSTRAINT "identity_checks_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE RESTRICT;
ALTER TABLE "identity_checks" ADD CONSTRAINT "identity_checks_decided_by_fkey" FOREIGN KEY ("decided_by") REFERENCES "users" ("id") ON DELETE RESTRICT;
ALTER TABLE "transfers" ADD CONSTRAINT "transfers_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE RESTRICT;
ALTER TABLE "transfers" ADD CONSTRAINT "transfers_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "trading_accounts" ("id") ON DELETE RESTRICT;
ALTER TABLE "transfers" ADD CONSTRAINT "transfers_payout_account_id_fkey" FOREIGN KEY ("payout_account_id") REFERENCES "payout_accounts" ("id") ON DELETE RESTRICT;

-- Indexes: each serves a query that the document names.
CREATE UNIQUE INDEX "users_email_unique" ON "users" (lower("email"));
CREATE UNIQUE INDEX "refresh_tokens_token_hash_unique" ON "refresh_tokens" ("token_hash");
CREATE UNIQUE INDEX "email_challenges_token_hash_unique" ON "email_challenges" ("token_hash");
CREATE UNIQUE INDEX "trading_accounts_deposit_reference_unique" ON "trading_accounts" ("deposit_reference");
CREATE UNIQUE INDEX "executions_venue_reference_unique" ON "executions" ("venue_reference");
CREATE UNIQUE INDEX "executions_busts_id_unique" ON "executions" ("busts_id");
CREATE UNIQUE INDEX "settlements_execution_id_unique" ON "settlements" ("execution_id");
CREATE UNIQUE INDEX "instruments_symbol_unique" ON "instruments" ("symbol");
CREATE UNIQUE INDEX "instruments_isin_unique" ON "instruments" ("isin");
CREATE UNIQUE INDEX "risk_limits_account_id_unique" ON "risk_limits" ("account_id");
CREATE UNIQUE INDEX "identity_checks_provider_reference_unique" ON "identity_checks" ("provider_reference");
CREATE UNIQUE INDEX "transfers_bank_reference_unique" ON "transfers" ("bank_reference");
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
CREATE INDEX "reconciliation_breaks_by_account" ON "reconciliation_breaks" USING btree ("account_id");
CREATE INDEX "reconciliation_breaks_by_explained_by" ON "reconciliation_breaks" USING btree ("explained_by");
CREATE UNIQUE INDEX "reconciliation_breaks_line" ON "reconciliation_breaks" USING btree ("counterparty", "trade_date", "line_reference");
CREATE INDEX "reconciliation_breaks_newest" ON "reconciliation_breaks" USING btree ("created_at" DESC, "id" DESC);
CREATE INDEX "reconciliation_breaks_open_lines" ON "reconciliation_breaks" USING btree ("created_at") WHERE status = 'open';
CREATE INDEX "compliance_cases_by_account" ON "compliance_cases" USING btree ("account_id");
CREATE INDEX "compliance_cases_by_officer" ON "compliance_cases" USING btree ("officer_id");
CREATE INDEX "compliance_cases_newest" ON "compliance_cases" USING btree ("created_at" DESC, "id" DESC);
CREATE INDEX "compliance_decisions_by_decided_by" ON "compliance_decisions" USING btree ("decided_by");
CREATE INDEX "compliance_decisions_by_account" ON "compliance_decisions" USING btree ("account_id");
CREATE INDEX "compliance_decisions_by_identity_check" ON "compliance_decisions" USING btree ("identity_check_id");
CREATE INDEX "compliance_decisions_by_customer" ON "compliance_decisions" USING btree ("user_id", "created_at" DESC, "id" DESC);
CREATE INDEX "trading_accounts_by_user" ON "trading_accounts" USING btree ("user_id", "created_at" DESC, "id" DESC);
CREATE INDEX "trading_accounts_by_restricted_by" ON "trading_accounts" USING btree ("restricted_by");
CREATE UNIQUE INDEX "trading_accounts_one_per_currency" ON "trading_accounts" USING btree ("user_id", "currency") WHERE status <> 'closed';
CREATE UNIQUE INDEX "trading_accounts_one_of_the_house" ON "trading_accounts" USING btree ("kind", "currency") WHERE user_id IS NULL;
CREATE INDEX "ledger_entries_by_account" ON "ledger_entries" USING btree ("account_id", "created_at" DESC, "id" DESC);
CREATE INDEX "ledger_entries_by_order" ON "ledger_entries" USING btree ("order_id");
CREATE UNIQUE INDEX "ledger_entries_by_movement" ON "ledger_entries" USING btree ("movement_id", "account_id", "kind");
CREATE INDEX "orders_by_instrument" ON "orders" USING btree ("instrument_id");
CREATE UNIQUE INDEX "orders_once" ON "orders" USING btree ("user_id", "client_order_id");
CREATE INDEX "orders_newest" ON "orders" USING btree ("user_id", "created_at" DESC, "id" DESC);
CREATE INDEX "orders_by_session" ON "orders" USING btree ("account_id", "trade_date");
CREATE INDEX "orders_open_of_account" ON "orders" USING btree ("account_id") WHERE status IN ('new', 'accepted', 'partly_filled', 'cancelling');
CREATE INDEX "orders_open_of_instrument" ON "orders" USING btree ("instrument_id") WHERE status IN ('new', 'accepted', 'partly_filled', 'cancelling');
CREATE INDEX "orders_open_by_day" ON "orders" USING btree ("trade_date") WHERE status IN ('new', 'accepted', 'partly_filled', 'cancelling');
CREATE INDEX "executions_by_order" ON "executions" USING btree ("order_id", "created_at" DESC, "id" DESC);
CREATE INDEX "positions_by_instrument" ON "positions" USING btree ("instrument_id");
CREATE UNIQUE INDEX "positions_pair" ON "positions" USING btree ("account_id", "instrument_id");
CREATE UNIQUE INDEX "corporate_actions_once" ON "corporate_actions" USING btree ("position_id", "custodian_reference");
CREATE INDEX "corporate_actions_by_position" ON "corporate_actions" USING btree ("position_id", "created_at" DESC, "id" DESC);
CREATE INDEX "settlements_due" ON "settlements" USING btree ("due_on") WHERE status IN ('pending', 'failed');
CREATE INDEX "payout_accounts_by_user" ON "payout_accounts" USING btree ("user_id", "created_at" DESC, "id" DESC);
CREATE INDEX "payout_accounts_by_iban" ON "payout_accounts" USING btree ("iban_hash");
CREATE INDEX "watchlist_items_by_user" ON "watchlist_items" USING btree ("user_id", "created_at" DESC, "id" DESC);
CREATE INDEX "watchlist_items_by_instrument" ON "watchlist_items" USING btree ("instrument_id");
CREATE UNIQUE INDEX "watchlist_items_pair" ON "watchlist_items" USING btree ("user_id", "instrument_id") WHERE deleted_at IS NULL;
CREATE INDEX "instruments_by_title" ON "instruments" USING gin ("title" gin_trgm_ops);
CREATE UNIQUE INDEX "trading_days_session" ON "trading_days" USING btree ("mic", "trade_date");
CREATE INDEX "identity_checks_by_user" ON "identity_checks" USING btree ("user_id", "created_at" DESC, "id" DESC);
CREATE INDEX "identity_checks_by_decided_by" ON "identity_checks" USING btree ("decided_by");
CREATE UNIQUE INDEX "identity_checks_one_begun" ON "identity_checks" USING btree ("user_id") WHERE status = 'requested';
CREATE INDEX "identity_checks_in_review" ON "identity_checks" USING btree ("created_at") WHERE status = 'in_review';
CREATE INDEX "transfers_by_user" ON "transfers" USING btree ("user_id", "created_at" DESC, "id" DESC);
CREATE INDEX "transfers_by_account" ON "transfers" USING btree ("account_id");
CREATE INDEX "transfers_by_payout_account" ON "transfers" USING btree ("payout_account_id");
CREATE INDEX "transfers_waiting" ON "transfers" USING btree ("created_at") WHERE status IN ('requested', 'sent');

-- Life cycles: a move that is not drawn in the document is refused, whoever tries it.
CREATE FUNCTION refuse_move() RETURNS trigger LANGUAGE plpgsql AS $refuse$
BEGIN
  RAISE EXCEPTION '%.% may not move like this', TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'check_violation';
END
$refuse$;

CREATE TRIGGER "account_exports_status_moves" BEFORE UPDATE OF "status" ON "account_exports" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status" AND (OLD."status", NEW."status") NOT IN (('requested', 'building'), ('building', 'ready'), ('ready', 'delivered'), ('ready', 'expired'), ('delivered', 'expired')))
  EXECUTE FUNCTION refuse_move('status');
CREATE TRIGGER "reconciliation_breaks_status_moves" BEFORE UPDATE OF "status" ON "reconciliation_breaks" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status" AND (OLD."status", NEW."status") NOT IN (('open', 'explained'), ('open', 'gone')))
  EXECUTE FUNCTION refuse_move('status');
CREATE TRIGGER "orders_status_moves" BEFORE UPDATE OF "status" ON "orders" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status" AND (OLD."status", NEW."status") NOT IN (('new', 'accepted'), ('new', 'rejected'), ('accepted', 'rejected'), ('new', 'partly_filled'), ('accepted', 'partly_filled'), ('partly_filled', 'partly_filled'), ('cancelling', 'partly_filled'), ('new', 'filled'), ('accepted', 'filled'), ('partly_filled', 'filled'), ('cancelling', 'filled'), ('new', 'cancelling'), ('accepted', 'cancelling'), ('partly_filled', 'cancelling'), ('cancelling', 'cancelled'), ('cancelling', 'accepted'), ('new', 'cancelled'), ('accepted', 'cancelled'), ('partly_filled', 'cancelled'), ('new', 'expired'), ('accepted', 'expired'), ('partly_filled', 'expired'), ('cancelling', 'expired')))
  EXECUTE FUNCTION refuse_move('status');
CREATE TRIGGER "settlements_status_moves" BEFORE UPDATE OF "status" ON "settlements" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status" AND (OLD."status", NEW."status") NOT IN (('pending', 'settled'), ('failed', 'settled'), ('pending', 'failed'), ('pending', 'void'), ('failed', 'void')))
  EXECUTE FUNCTION refuse_move('status');
CREATE TRIGGER "trading_accounts_status_moves" BEFORE UPDATE OF "status" ON "trading_accounts" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status" AND (OLD."status", NEW."status") NOT IN (('open', 'restricted'), ('restricted', 'open'), ('open', 'closed'), ('restricted', 'closed')))
  EXECUTE FUNCTION refuse_move('status');
CREATE TRIGGER "identity_checks_status_moves" BEFORE UPDATE OF "status" ON "identity_checks" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status" AND (OLD."status", NEW."status") NOT IN (('requested', 'approved'), ('in_review', 'approved'), ('requested', 'in_review'), ('approved', 'in_review'), ('requested', 'refused'), ('in_review', 'refused'), ('approved', 'expired'), ('requested', 'expired')))
  EXECUTE FUNCTION refuse_move('status');
CREATE TRIGGER "transfers_status_moves" BEFORE UPDATE OF "status" ON "transfers" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status" AND (OLD."status", NEW."status") NOT IN (('requested', 'sent'), ('requested', 'booked'), ('sent', 'booked'), ('requested', 'returned'), ('sent', 'returned'), ('booked', 'returned')))
  EXECUTE FUNCTION refuse_move('status');

CREATE TRIGGER "users_touch" BEFORE UPDATE ON "users" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "auth_sessions_touch" BEFORE UPDATE ON "auth_sessions" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "refresh_tokens_touch" BEFORE UPDATE ON "refresh_tokens" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "idempotency_keys_touch" BEFORE UPDATE ON "idempotency_keys" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "email_challenges_touch" BEFORE UPDATE ON "email_challenges" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "outbox_events_touch" BEFORE UPDATE ON "outbox_events" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "account_exports_touch" BEFORE UPDATE ON "account_exports" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "second_factors_touch" BEFORE UPDATE ON "second_factors" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "reconciliation_breaks_touch" BEFORE UPDATE ON "reconciliation_breaks" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "compliance_cases_touch" BEFORE UPDATE ON "compliance_cases" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "trading_accounts_touch" BEFORE UPDATE ON "trading_accounts" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "orders_touch" BEFORE UPDATE ON "orders" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "positions_touch" BEFORE UPDATE ON "positions" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "settlements_touch" BEFORE UPDATE ON "settlements" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "payout_accounts_touch" BEFORE UPDATE ON "payout_accounts" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "watchlist_items_touch" BEFORE UPDATE ON "watchlist_items" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "instruments_touch" BEFORE UPDATE ON "instruments" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "trading_days_touch" BEFORE UPDATE ON "trading_days" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "risk_limits_touch" BEFORE UPDATE ON "risk_limits" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "identity_checks_touch" BEFORE UPDATE ON "identity_checks" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER "transfers_touch" BEFORE UPDATE ON "transfers" FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

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
CREATE TRIGGER "compliance_decisions_keep" BEFORE UPDATE OR DELETE ON "compliance_decisions" FOR EACH ROW EXECUTE FUNCTION keep_rows();
CREATE TRIGGER "ledger_entries_keep" BEFORE UPDATE OR DELETE ON "ledger_entries" FOR EACH ROW EXECUTE FUNCTION keep_rows();
CREATE TRIGGER "executions_keep" BEFORE UPDATE OR DELETE ON "executions" FOR EACH ROW EXECUTE FUNCTION keep_rows();
CREATE TRIGGER "corporate_actions_keep" BEFORE UPDATE OR DELETE ON "corporate_actions" FOR EACH ROW EXECUTE FUNCTION keep_rows();

