// Run by the pipeline, and by hand: BASE_URL=https://staging.tradebook.example TOKENS=a,b,c k6 run tests/load/main.js
// 11.9 requests/s are what 500 connected users ask for; TOKENS are 11 accounts, since one may ask 100 times a minute.
import http from "k6/http";
import { check } from "k6";
import ws from "k6/ws";

const base = __ENV.BASE_URL || "http://localhost:8080";
const tokens = (__ENV.TOKENS || "none").split(",");

export const options = {
  scenarios: {
    // 40 a user and day: each time a price moved; prices themselves come over the socket.
    look_at_positions: {
      executor: "ramping-arrival-rate",
      exec: "look_at_positions",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 2,
      maxVUs: 10,
      stages: [
        { duration: "2m", target: 221 },
        { duration: "10m", target: 221 },
      ],
    },
    // 30 a user and day: after every push that something was filled.
    look_at_orders: {
      executor: "ramping-arrival-rate",
      exec: "look_at_orders",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 2,
      maxVUs: 10,
      stages: [
        { duration: "2m", target: 166 },
        { duration: "10m", target: 166 },
      ],
    },
    // 20 a user and day: before an order, to see what is free.
    look_at_accounts: {
      executor: "ramping-arrival-rate",
      exec: "look_at_accounts",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 2,
      maxVUs: 10,
      stages: [
        { duration: "2m", target: 111 },
        { duration: "10m", target: 111 },
      ],
    },
    // 25 a user and day: a watchlist and a few look-ups.
    search_instruments: {
      executor: "ramping-arrival-rate",
      exec: "search_instruments",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 2,
      maxVUs: 10,
      stages: [
        { duration: "2m", target: 138 },
        { duration: "10m", target: 138 },
      ],
    },
    // 2 a user and day: is it open, when does it close.
    see_the_day: {
      executor: "ramping-arrival-rate",
      exec: "see_the_day",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 2,
      maxVUs: 10,
      stages: [
        { duration: "2m", target: 11 },
        { duration: "10m", target: 11 },
      ],
    },
    // 4 a user and day: order, outbox row and key at once; its fill then leaves an execution, four ledger entries, a settlement and an outbox row.
    place_order: {
      executor: "ramping-arrival-rate",
      exec: "place_order",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 2,
      maxVUs: 10,
      stages: [
        { duration: "2m", target: 22 },
        { duration: "10m", target: 22 },
      ],
    },
    // 2 a user and day: half of all limit orders are taken back or moved.
    cancel_order: {
      executor: "ramping-arrival-rate",
      exec: "cancel_order",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 2,
      maxVUs: 10,
      stages: [
        { duration: "2m", target: 11 },
        { duration: "10m", target: 11 },
      ],
    },
    // 6 a user and day: at what price was it.
    read_executions: {
      executor: "ramping-arrival-rate",
      exec: "read_executions",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 2,
      maxVUs: 10,
      stages: [
        { duration: "2m", target: 33 },
        { duration: "10m", target: 33 },
      ],
    },
    // 0.1 a user and day: once in ten days, with its hold, outbox row and key.
    move_money: {
      executor: "ramping-arrival-rate",
      exec: "move_money",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 2,
      maxVUs: 10,
      stages: [
        { duration: "2m", target: 1 },
        { duration: "10m", target: 1 },
      ],
    },
    // 500 at the peak; one machine holds some thousands, so larger runs are split over several.
    live: {
      executor: "ramping-vus",
      exec: "live",
      startVUs: 0,
      stages: [
        { duration: "2m", target: 500 },
        { duration: "10m", target: 500 },
      ],
    },
  },
  thresholds: {
    http_req_failed: ["rate<0.01"],
    http_req_duration: ["p(95)<100"],
    "http_req_duration{scenario:look_at_positions}": ["p(95)<100"],
    "http_req_duration{scenario:look_at_orders}": ["p(95)<100"],
    "http_req_duration{scenario:look_at_accounts}": ["p(95)<100"],
    "http_req_duration{scenario:search_instruments}": ["p(95)<100"],
    "http_req_duration{scenario:see_the_day}": ["p(95)<100"],
    "http_req_duration{scenario:place_order}": ["p(95)<100"],
    "http_req_duration{scenario:cancel_order}": ["p(95)<100"],
    "http_req_duration{scenario:read_executions}": ["p(95)<100"],
    "http_req_duration{scenario:move_money}": ["p(95)<100"],
    checks: ["rate>0.99"],
    // A rate that was not reached proves nothing.
    dropped_iterations: ["count<71"],
  },
};

function headers(extra = {}) {
  const token = tokens[__VU % tokens.length];
  return { "Content-Type": "application/json", Cookie: `session=${token}`, Origin: base, ...extra };
}

function uuid() {
  return "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, () => Math.floor(Math.random() * 16).toString(16));
}

function words(least, most) {
  const text = "Written by the load test, removed with its accounts. ".repeat(Math.ceil(most / 53));
  return text.slice(0, Math.max(least, Math.min(most, 80)));
}

function one(data, pool) {
  const ids = data.pools[pool] || [];
  return ids.length ? ids[Math.floor(Math.random() * ids.length)] : uuid();
}

function call(method, path, body, expected, name, extra = {}) {
  const answer = http.request(method, base + path, body ? JSON.stringify(body) : null, { headers: headers(extra), tags: { name } });
  check(answer, { [`${name} answers ${expected}`]: (r) => r.status === expected });
  return answer;
}

// The ids that paths need: of the lists an account may read, and of what their rows refer to.
export function setup() {
  const pools = {};
  gather(pools, "auth_sessions", "/v1/auth-sessions");
  gather(pools, "account_exports", "/v1/account-exports");
  gather(pools, "second_factors", "/v1/second-factors");
  gather(pools, "trading_accounts", "/v1/trading-accounts");
  gather(pools, "orders", "/v1/orders");
  gather(pools, "payout_accounts", "/v1/payout-accounts");
  gather(pools, "watchlist_items", "/v1/watchlist-items");
  gather(pools, "instruments", "/v1/instruments");
  gather(pools, "trading_days", "/v1/trading-days");
  gather(pools, "identity_checks", "/v1/identity-checks");
  gather(pools, "transfers", "/v1/transfers");
  return { pools };
}

function gather(pools, entity, path, within = {}) {
  const answer = http.get(`${base}${path}`, { headers: headers() });
  const rows = answer.status === 200 ? answer.json("data") : [];
  for (const row of Array.isArray(rows) ? rows : []) {
    for (const [key, value] of Object.entries(row || {})) {
      const pool = key === "id" ? entity : within[key] || (key.endsWith("_id") ? key.replace(/_id$/, "s") : null);
      const id = value && within[key] ? value.id : value;
      if (pool && typeof id === "string") (pools[pool] = pools[pool] || []).push(id);
    }
  }
}

export function look_at_positions(data) {
  call("GET", "/v1/trading-accounts/" + one(data, "trading_accounts") + "/positions", null, 200, "list_positions");
}

export function look_at_orders(data) {
  call("GET", "/v1/orders", null, 200, "list_orders");
}

export function look_at_accounts(data) {
  call("GET", "/v1/trading-accounts", null, 200, "list_trading_accounts");
}

export function search_instruments(data) {
  call("GET", "/v1/instruments", null, 200, "list_instruments");
}

export function see_the_day(data) {
  call("GET", "/v1/trading-days" + "?mic=" + encodeURIComponent(words(4, 4)), null, 200, "list_trading_days");
}

export function place_order(data) {
  call("POST", "/v1/orders", {
    account_id: one(data, "trading_accounts"),
    instrument_id: one(data, "instruments"),
    client_order_id: one(data, "ids"),
    side: "buy",
    kind: "market",
    quantity_millionths: 2000000,
  }, 201, "create_order", { "Idempotency-Key": uuid() });
}

export function cancel_order(data) {
  call("POST", "/v1/orders/" + one(data, "orders") + "/cancel", null, 202, "cancel_order");
}

export function read_executions(data) {
  call("GET", "/v1/orders/" + one(data, "orders") + "/executions", null, 200, "list_executions");
}

export function move_money(data) {
  call("POST", "/v1/transfers", {
    account_id: one(data, "trading_accounts"),
    payout_account_id: one(data, "payout_accounts"),
    transfer_amount: 25000,
  }, 201, "create_transfer", { "Idempotency-Key": uuid() });
}

export function live() {
  const answer = ws.connect(`${base.replace(/^http/, "ws")}/v1/live`, { headers: headers({ "Sec-WebSocket-Protocol": "tradebook.v1" }) }, (socket) => {
    socket.setTimeout(() => socket.close(), 600000);
  });
  check(answer, { "live connects": (r) => r && r.status === 101 });
}
