-- One customer with 1,000.00 in USD, the house's side of each movement, one instrument that trades in cents and whole units.

-- setup
INSERT INTO users (id, email, display_name, role) VALUES
  ('00000000-0000-0000-0000-0000000000e1', 'ana@example.com', 'Ana', 'trader');
INSERT INTO trading_accounts (id, user_id, kind, currency, balance_amount) VALUES
  ('00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-0000000000e1', 'customer', 'USD', 100000),
  ('00000000-0000-0000-0000-0000000000a2', NULL, 'bank_clearing', 'USD', -100000);
INSERT INTO ledger_entries (account_id, movement_id, kind, entry_amount, booked_on) VALUES
  ('00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-0000000000d1', 'deposit', 100000, '2026-01-30'),
  ('00000000-0000-0000-0000-0000000000a2', '00000000-0000-0000-0000-0000000000d1', 'deposit', -100000, '2026-01-30');
INSERT INTO instruments (id, symbol, title, isin, mic, currency, tick_size_e4, lot_millionths) VALUES
  ('00000000-0000-0000-0000-0000000000f1', 'PIER', 'Pier Works', 'US0000000001', 'XNYS', 'USD', 100, 1000000);
INSERT INTO orders (id, user_id, account_id, instrument_id, client_order_id, side, kind, quantity_millionths, limit_price_e4, sent_price_e4, held_amount, trade_date) VALUES
  ('00000000-0000-0000-0000-0000000000b1', '00000000-0000-0000-0000-0000000000e1', '00000000-0000-0000-0000-0000000000a1',
   '00000000-0000-0000-0000-0000000000f1', gen_random_uuid(), 'buy', 'limit', 2000000, 182500, 182500, 3650, '2026-01-30');
UPDATE trading_accounts SET held_amount = 3650 WHERE id = '00000000-0000-0000-0000-0000000000a1';

-- refused trading_accounts_holds_are_covered: more is reserved than is there
UPDATE trading_accounts SET held_amount = 100001 WHERE id = '00000000-0000-0000-0000-0000000000a1';

-- refused trading_accounts_house_has_no_owner: a customer's account that belongs to nobody
INSERT INTO trading_accounts (kind, currency) VALUES ('customer', 'USD');

-- refused ledger_entries_never_zero: an entry that moves nothing
INSERT INTO ledger_entries (account_id, movement_id, kind, entry_amount, booked_on)
  VALUES ('00000000-0000-0000-0000-0000000000a1', gen_random_uuid(), 'fee', 0, '2026-01-30');

-- refused only added: a ledger that is corrected in place
UPDATE ledger_entries SET entry_amount = 1;

-- refused orders_limit_has_price: a limit order that would trade at any price
INSERT INTO orders (user_id, account_id, instrument_id, client_order_id, side, kind, quantity_millionths, sent_price_e4, trade_date)
  VALUES ('00000000-0000-0000-0000-0000000000e1', '00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-0000000000f1',
          gen_random_uuid(), 'buy', 'limit', 1000000, 182500, '2026-01-30');

-- refused trading_accounts_one_per_currency: a second account in the same currency
INSERT INTO trading_accounts (user_id, currency) VALUES ('00000000-0000-0000-0000-0000000000e1', 'USD');

-- refused trading_accounts_one_of_the_house: the house's other side twice
INSERT INTO trading_accounts (kind, currency) VALUES ('bank_clearing', 'USD');

-- refused trading_accounts_closed_is_empty: money stays behind
UPDATE trading_accounts SET status = 'closed', closed_at = now() WHERE id = '00000000-0000-0000-0000-0000000000a1';

-- passes: one account in another currency, closed, and another one after it
INSERT INTO trading_accounts (user_id, currency) VALUES ('00000000-0000-0000-0000-0000000000e1', 'EUR');
UPDATE trading_accounts SET status = 'closed', closed_at = now() WHERE currency = 'EUR';
INSERT INTO trading_accounts (user_id, currency) VALUES ('00000000-0000-0000-0000-0000000000e1', 'EUR');

-- refused orders.status may not move: at its end by the close of the day, and back at the venue
UPDATE orders SET status = 'expired', held_amount = 0 WHERE id = '00000000-0000-0000-0000-0000000000b1';
UPDATE orders SET status = 'accepted' WHERE id = '00000000-0000-0000-0000-0000000000b1';

-- passes: acknowledged, half filled, and asked to be cancelled
UPDATE orders SET status = 'accepted' WHERE id = '00000000-0000-0000-0000-0000000000b1';
UPDATE orders SET status = 'partly_filled', filled_millionths = 1000000 WHERE id = '00000000-0000-0000-0000-0000000000b1';
UPDATE orders SET status = 'cancelling' WHERE id = '00000000-0000-0000-0000-0000000000b1';

-- refused orders_final_holds_nothing: cancelled, and the money still reserved
UPDATE orders SET status = 'cancelled' WHERE id = '00000000-0000-0000-0000-0000000000b1';

-- refused orders_never_overfilled: more than was ordered
UPDATE orders SET filled_millionths = 2000001 WHERE id = '00000000-0000-0000-0000-0000000000b1';

-- refused executions_amount_is_product: a cent was lost in the multiplication
INSERT INTO executions (order_id, quantity_millionths, unit_price_e4, traded_amount, fee_amount, venue_reference, traded_at)
  VALUES ('00000000-0000-0000-0000-0000000000b1', 1000000, 182500, 1824, 0, 'X-1', now());

-- nightly orders_filled_is_executions 1: one unit is said to be filled and no execution says so
SELECT 1;

-- passes: the execution arrives
INSERT INTO executions (order_id, quantity_millionths, unit_price_e4, traded_amount, fee_amount, venue_reference, traded_at)
  VALUES ('00000000-0000-0000-0000-0000000000b1', 1000000, 182500, 1825, 0, 'X-1', now());

-- nightly orders_filled_is_executions 0: order and executions agree
SELECT 1;

-- refused executions_venue_reference_unique: the venue's report comes twice
INSERT INTO executions (order_id, quantity_millionths, unit_price_e4, traded_amount, fee_amount, venue_reference, traded_at)
  VALUES ('00000000-0000-0000-0000-0000000000b1', 1000000, 182500, 1825, 0, 'X-1', now());

-- nightly ledger_entries_movements_balance 0: every movement has its other side
SELECT 1;

-- nightly ledger_entries_movements_balance 1: money from nowhere
INSERT INTO ledger_entries (account_id, movement_id, kind, entry_amount, booked_on)
  VALUES ('00000000-0000-0000-0000-0000000000a1', gen_random_uuid(), 'correction', 7, '2026-01-30');

-- nightly trading_accounts_balance_is_ledger 1: and a balance that does not know it
SELECT 1;

-- nightly trading_accounts_holds_are_explained 0: the hold is that of the order
SELECT 1;

-- nightly trading_accounts_holds_are_explained 1: a withdrawal that nobody reserved
INSERT INTO payout_accounts (id, user_id, bank_token, iban_hash, last_digits) VALUES
  ('00000000-0000-0000-0000-0000000000c1', '00000000-0000-0000-0000-0000000000e1', 'tok_1', repeat('a', 64), '4711');
INSERT INTO transfers (user_id, account_id, payout_account_id, direction, transfer_amount) VALUES
  ('00000000-0000-0000-0000-0000000000e1', '00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-0000000000c1', 'out', 500);

-- passes: its destination was closed before it was sent
UPDATE transfers SET status = 'returned' WHERE transfer_amount = 500;

-- refused transfers_deposit_has_arrived: a deposit that was only announced
INSERT INTO transfers (user_id, account_id, direction, transfer_amount) VALUES
  ('00000000-0000-0000-0000-0000000000e1', '00000000-0000-0000-0000-0000000000a1', 'in', 500);

-- refused transfers_out_has_destination: a withdrawal that goes nowhere
INSERT INTO transfers (user_id, account_id, direction, transfer_amount) VALUES
  ('00000000-0000-0000-0000-0000000000e1', '00000000-0000-0000-0000-0000000000a1', 'out', 500);

-- refused payout_accounts_iban_hash_length: a number in the clear where its hash belongs
INSERT INTO payout_accounts (user_id, bank_token, iban_hash, last_digits) VALUES
  ('00000000-0000-0000-0000-0000000000e1', 'tok_2', 'DE02120300000000202051', '2051');

-- nightly orders_prices_are_on_tick 1: the instrument changed its tick over night
UPDATE instruments SET tick_size_e4 = 1000;

-- nightly positions_position_is_executions 1: a position nobody bought
INSERT INTO positions (account_id, instrument_id, quantity_millionths)
  VALUES ('00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-0000000000f1', 3000000);

-- nightly positions_position_is_executions 0: one unit bought, two from a split of 3 for 1
INSERT INTO corporate_actions (position_id, kind, change_millionths, effective_on, custodian_reference)
  SELECT id, 'split', 2000000, '2026-01-31', 'C-1' FROM positions;

-- refused corporate_actions_once: the custodian's file is read twice
INSERT INTO corporate_actions (position_id, kind, change_millionths, effective_on, custodian_reference)
  SELECT position_id, kind, change_millionths, effective_on, custodian_reference FROM corporate_actions;

-- refused positions_never_short: more is reserved for sale than is held
UPDATE positions SET held_millionths = 3000001;

-- refused reconciliation_breaks_sides_differ: a break on which both agree
INSERT INTO reconciliation_breaks (counterparty, trade_date, line_reference, ours, theirs) VALUES ('venue', '2026-01-30', 'L-1', 5, 5);

-- passes: a line only they have
INSERT INTO reconciliation_breaks (counterparty, trade_date, line_reference, theirs) VALUES ('venue', '2026-01-30', 'L-2', 5);

-- refused reconciliation_breaks_explained_has_words: explained without a word
UPDATE reconciliation_breaks SET status = 'explained';

-- refused compliance_decisions_not_about_oneself: an officer who decides about the officer's own account
INSERT INTO compliance_decisions (user_id, decided_by, account_id, verdict, reason) VALUES
  ('00000000-0000-0000-0000-0000000000e1', '00000000-0000-0000-0000-0000000000e1', '00000000-0000-0000-0000-0000000000a1', 'release', 'It was a mistake.');

-- refused orders_once: the same order of one customer twice
INSERT INTO orders (user_id, account_id, instrument_id, client_order_id, side, kind, quantity_millionths, sent_price_e4, trade_date)
  SELECT user_id, account_id, instrument_id, client_order_id, 'buy', 'market', 1000000, 182500, '2026-01-30' FROM orders
  WHERE id = '00000000-0000-0000-0000-0000000000b1';

-- passes: another customer's identifier collides with nobody's
INSERT INTO users (id, email, display_name, role) VALUES
  ('00000000-0000-0000-0000-0000000000e9', 'ben@example.com', 'Ben', 'trader');
INSERT INTO orders (user_id, account_id, instrument_id, client_order_id, side, kind, quantity_millionths, sent_price_e4, trade_date)
  SELECT '00000000-0000-0000-0000-0000000000e9', account_id, instrument_id, client_order_id, 'buy', 'market', 1000000, 182500, '2026-01-30' FROM orders
  WHERE id = '00000000-0000-0000-0000-0000000000b1';

-- nightly orders_account_is_its_users 1: and that order draws on somebody else's account
SELECT 1;

-- refused ledger_entries_by_movement: a movement read twice from a file
INSERT INTO ledger_entries (account_id, movement_id, kind, entry_amount, booked_on) VALUES
  ('00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-0000000000d1', 'deposit', 100000, '2026-01-30');

-- nightly orders_filled_is_executions 1: the venue took a trade back, and the order still counts it
INSERT INTO executions (order_id, quantity_millionths, unit_price_e4, traded_amount, fee_amount, venue_reference, busts_id, traded_at)
  SELECT order_id, quantity_millionths, unit_price_e4, traded_amount, fee_amount, 'BUST-1', id, now() FROM executions LIMIT 1;
