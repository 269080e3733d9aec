// Run by the pipeline, and by hand: BASE_URL=https://staging.quarryman.example TOKENS=a,b,c k6 run tests/load/main.js
// 25 requests/s are what 250 connected users ask for; TOKENS are 23 accounts, since one may ask 100 times a minute.
import http from "k6/http";
import { check } from "k6";

const base = __ENV.BASE_URL || "http://localhost:8080";
const tokens = (__ENV.TOKENS || "none").split(",");

export const options = {
  scenarios: {
    // an equal share of the reads.
    list_auth_sessions: {
      executor: "ramping-arrival-rate",
      exec: "list_auth_sessions",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 4,
      maxVUs: 20,
      stages: [
        { duration: "2m", target: 186 },
        { duration: "10m", target: 186 },
      ],
    },
    // an equal share of the reads.
    list_account_exports: {
      executor: "ramping-arrival-rate",
      exec: "list_account_exports",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 4,
      maxVUs: 20,
      stages: [
        { duration: "2m", target: 186 },
        { duration: "10m", target: 186 },
      ],
    },
    // an equal share of the reads.
    get_account_export: {
      executor: "ramping-arrival-rate",
      exec: "get_account_export",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 4,
      maxVUs: 20,
      stages: [
        { duration: "2m", target: 186 },
        { duration: "10m", target: 186 },
      ],
    },
    // an equal share of the reads.
    list_second_factors: {
      executor: "ramping-arrival-rate",
      exec: "list_second_factors",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 4,
      maxVUs: 20,
      stages: [
        { duration: "2m", target: 186 },
        { duration: "10m", target: 186 },
      ],
    },
    // an equal share of the reads.
    list_quarry_faces: {
      executor: "ramping-arrival-rate",
      exec: "list_quarry_faces",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 4,
      maxVUs: 20,
      stages: [
        { duration: "2m", target: 186 },
        { duration: "10m", target: 186 },
      ],
    },
    // an equal share of the reads.
    get_quarry_face: {
      executor: "ramping-arrival-rate",
      exec: "get_quarry_face",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 4,
      maxVUs: 20,
      stages: [
        { duration: "2m", target: 186 },
        { duration: "10m", target: 186 },
      ],
    },
    // an equal share of the reads.
    list_blasts: {
      executor: "ramping-arrival-rate",
      exec: "list_blasts",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 4,
      maxVUs: 20,
      stages: [
        { duration: "2m", target: 186 },
        { duration: "10m", target: 186 },
      ],
    },
    // an equal share of the reads.
    list_all_blasts: {
      executor: "ramping-arrival-rate",
      exec: "list_all_blasts",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 4,
      maxVUs: 20,
      stages: [
        { duration: "2m", target: 186 },
        { duration: "10m", target: 186 },
      ],
    },
    // an equal share of the writes.
    create_account_export: {
      executor: "ramping-arrival-rate",
      exec: "create_account_export",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 2,
      maxVUs: 10,
      stages: [
        { duration: "2m", target: 2 },
        { duration: "10m", target: 2 },
      ],
    },
    // an equal share of the writes.
    create_quarry_face: {
      executor: "ramping-arrival-rate",
      exec: "create_quarry_face",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 2,
      maxVUs: 10,
      stages: [
        { duration: "2m", target: 2 },
        { duration: "10m", target: 2 },
      ],
    },
    // an equal share of the writes.
    create_blast: {
      executor: "ramping-arrival-rate",
      exec: "create_blast",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 2,
      maxVUs: 10,
      stages: [
        { duration: "2m", target: 2 },
        { duration: "10m", target: 2 },
      ],
    },
    // an equal share of the writes.
    create_load: {
      executor: "ramping-arrival-rate",
      exec: "create_load",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 2,
      maxVUs: 10,
      stages: [
        { duration: "2m", target: 2 },
        { duration: "10m", target: 2 },
      ],
    },
    // an equal share of the writes.
    create_truck: {
      executor: "ramping-arrival-rate",
      exec: "create_truck",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 2,
      maxVUs: 10,
      stages: [
        { duration: "2m", target: 2 },
        { duration: "10m", target: 2 },
      ],
    },
    // an equal share of the writes.
    create_delivery_note: {
      executor: "ramping-arrival-rate",
      exec: "create_delivery_note",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 2,
      maxVUs: 10,
      stages: [
        { duration: "2m", target: 2 },
        { duration: "10m", target: 2 },
      ],
    },
  },
  thresholds: {
    http_req_failed: ["rate<0.01"],
    http_req_duration: ["p(95)<300"],
    "http_req_duration{scenario:list_auth_sessions}": ["p(95)<300"],
    "http_req_duration{scenario:list_account_exports}": ["p(95)<300"],
    "http_req_duration{scenario:get_account_export}": ["p(95)<300"],
    "http_req_duration{scenario:list_second_factors}": ["p(95)<300"],
    "http_req_duration{scenario:list_quarry_faces}": ["p(95)<300"],
    "http_req_duration{scenario:get_quarry_face}": ["p(95)<300"],
    "http_req_duration{scenario:list_blasts}": ["p(95)<300"],
    "http_req_duration{scenario:list_all_blasts}": ["p(95)<300"],
    "http_req_duration{scenario:create_account_export}": ["p(95)<300"],
    "http_req_duration{scenario:create_quarry_face}": ["p(95)<300"],
    "http_req_duration{scenario:create_blast}": ["p(95)<300"],
    "http_req_duration{scenario:create_load}": ["p(95)<300"],
    "http_req_duration{scenario:create_truck}": ["p(95)<300"],
    "http_req_duration{scenario:create_delivery_note}": ["p(95)<300"],
    checks: ["rate>0.99"],
    // A rate that was not reached proves nothing.
    dropped_iterations: ["count<150"],
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
  gather(pools, "quarry_faces", "/v1/quarry-faces");
  gather(pools, "blasts", "/v1/blasts");
  gather(pools, "loads", "/v1/loads");
  gather(pools, "trucks", "/v1/trucks");
  gather(pools, "delivery_notes", "/v1/delivery-notes");
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

export function list_auth_sessions(data) {
  call("GET", "/v1/auth-sessions", null, 200, "list_auth_sessions");
}

export function list_account_exports(data) {
  call("GET", "/v1/account-exports", null, 200, "list_account_exports");
}

export function get_account_export(data) {
  call("GET", "/v1/account-exports/" + one(data, "account_exports"), null, 200, "get_account_export");
}

export function list_second_factors(data) {
  call("GET", "/v1/second-factors", null, 200, "list_second_factors");
}

export function list_quarry_faces(data) {
  call("GET", "/v1/quarry-faces", null, 200, "list_quarry_faces");
}

export function get_quarry_face(data) {
  call("GET", "/v1/quarry-faces/" + one(data, "quarry_faces"), null, 200, "get_quarry_face");
}

export function list_blasts(data) {
  call("GET", "/v1/quarry-faces/" + one(data, "quarry_faces") + "/blasts", null, 200, "list_blasts");
}

export function list_all_blasts(data) {
  call("GET", "/v1/blasts", null, 200, "list_all_blasts");
}

export function create_account_export(data) {
  call("POST", "/v1/account-exports", null, 201, "create_account_export", { "Idempotency-Key": uuid() });
}

export function create_quarry_face(data) {
  call("POST", "/v1/quarry-faces", {
    name: words(1, 200),
    rock: "granite",
  }, 201, "create_quarry_face", { "Idempotency-Key": uuid() });
}

export function create_blast(data) {
  call("POST", "/v1/quarry-faces/" + one(data, "quarry_faces") + "/blasts", {
    fired_at: new Date().toISOString(),
    charge_kg: "0",
    shot_by_id: one(data, "users"),
  }, 201, "create_blast", { "Idempotency-Key": uuid() });
}

export function create_load(data) {
  call("POST", "/v1/blasts/" + one(data, "blasts") + "/loads", {
    tonnes: "0",
    price: 1,
    order: words(1, 200),
  }, 201, "create_load", { "Idempotency-Key": uuid() });
}

export function create_truck(data) {
  call("POST", "/v1/trucks", {
    plate: words(1, 200),
  }, 201, "create_truck", { "Idempotency-Key": uuid() });
}

export function create_delivery_note(data) {
  call("POST", "/v1/loads/" + one(data, "loads") + "/delivery-notes", {
    truck_id: one(data, "trucks"),
    customer_email: "ada@example.com",
    table: 0,
  }, 201, "create_delivery_note", { "Idempotency-Key": uuid() });
}
