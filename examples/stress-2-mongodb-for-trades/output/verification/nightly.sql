-- Promises of the data that span rows. Each count is the metric invariant_broken_rows with the first column as its label;
-- anything above 0 pages. Run on a copy: these are full scans.

-- the balance is only a cache of the ledger, and the ledger is what a court reads
SELECT 'trading_accounts_balance_is_ledger' AS invariant, count(*) AS broken_rows FROM (
  SELECT a.id FROM trading_accounts a
  LEFT JOIN ledger_entries e ON e.account_id = a.id
  GROUP BY a.id HAVING a.balance_amount <> coalesce(sum(e.entry_amount), 0)
) AS broken;

-- a hold that no order and no withdrawal explains is money a customer cannot use
SELECT 'trading_accounts_holds_are_explained' AS invariant, count(*) AS broken_rows FROM (
  SELECT a.id FROM trading_accounts a
  WHERE a.kind = 'customer' AND a.held_amount <>
    coalesce((SELECT sum(o.held_amount) FROM orders o WHERE o.account_id = a.id), 0)
    + coalesce((SELECT sum(t.transfer_amount) FROM transfers t
                WHERE t.account_id = a.id AND t.direction = 'out' AND t.status IN ('requested', 'sent')), 0)
) AS broken;

-- every movement has two sides: money that appears from nowhere was taken from somebody
SELECT 'ledger_entries_movements_balance' AS invariant, count(*) AS broken_rows FROM (
  SELECT e.movement_id FROM ledger_entries e
  JOIN trading_accounts a ON a.id = e.account_id
  GROUP BY e.movement_id, a.currency HAVING sum(e.entry_amount) <> 0
) AS broken;

-- what a customer is told was filled is what the venue reported
SELECT 'orders_filled_is_executions' AS invariant, count(*) AS broken_rows FROM (
  SELECT o.id FROM orders o LEFT JOIN executions x ON x.order_id = o.id
  GROUP BY o.id HAVING o.filled_millionths <>
    coalesce(sum(CASE WHEN x.busts_id IS NULL THEN x.quantity_millionths ELSE -x.quantity_millionths END), 0)
) AS broken;

-- an order draws on its owner's account, in the currency of its price: there is no exchange of money inside an order
SELECT 'orders_account_is_its_users' AS invariant, count(*) AS broken_rows FROM (
  SELECT o.id FROM orders o
  JOIN trading_accounts a ON a.id = o.account_id
  JOIN instruments i ON i.id = o.instrument_id
  WHERE a.user_id IS DISTINCT FROM o.user_id OR a.currency <> i.currency
) AS broken;

-- the venue rejects what is between two ticks after the customer was told it was placed
SELECT 'orders_prices_are_on_tick' AS invariant, count(*) AS broken_rows FROM (
  SELECT o.id FROM orders o JOIN instruments i ON i.id = o.instrument_id
  WHERE o.status IN ('new', 'accepted', 'partly_filled', 'cancelling')
    AND (o.limit_price_e4 % i.tick_size_e4 <> 0 OR o.quantity_millionths % i.lot_millionths <> 0)
) AS broken;

-- the custodian holds what was executed, whatever our table says
SELECT 'positions_position_is_executions' AS invariant, count(*) AS broken_rows FROM (
  SELECT p.id FROM positions p WHERE p.quantity_millionths <>
    coalesce((SELECT sum(CASE WHEN (o.side = 'buy') = (x.busts_id IS NULL) THEN x.quantity_millionths ELSE -x.quantity_millionths END)
              FROM orders o JOIN executions x ON x.order_id = o.id
              WHERE o.account_id = p.account_id AND o.instrument_id = p.instrument_id), 0)
    + coalesce((SELECT sum(c.change_millionths) FROM corporate_actions c WHERE c.position_id = p.id), 0)
) AS broken;

-- a trade that nobody settles is a claim nobody collects
SELECT 'settlements_every_execution_settles' AS invariant, count(*) AS broken_rows FROM (
  SELECT x.id FROM executions x LEFT JOIN settlements s ON s.execution_id = x.id
  WHERE s.id IS NULL AND x.busts_id IS NULL AND x.created_at < now() - interval '1 day'
) AS broken;
