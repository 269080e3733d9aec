// Run by the pipeline, and by hand: BASE_URL=https://staging.agora.example TOKENS=a,b,c k6 run tests/load/main.js
// 39 requests/s are what 390 connected users ask for; TOKENS are 36 accounts, since one may ask 100 times a minute.
import http from "k6/http";
import { check } from "k6";

const base = __ENV.BASE_URL || "http://localhost:8080";
const tokens = (__ENV.TOKENS || "none").split(",");

export const options = {
  scenarios: {
    // 20 a user and day: five visits with four pages each, 20 posts a page, compressed; three of their pictures are new to the device, the others it has kept.
    open_feed: {
      executor: "ramping-arrival-rate",
      exec: "open_feed",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 14,
      maxVUs: 70,
      stages: [
        { duration: "2m", target: 661 },
        { duration: "10m", target: 661 },
      ],
    },
    // 15 a user and day: three posts of every four pages are opened, two of three with a large picture.
    open_post: {
      executor: "ramping-arrival-rate",
      exec: "open_post",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 10,
      maxVUs: 50,
      stages: [
        { duration: "2m", target: 496 },
        { duration: "10m", target: 496 },
      ],
    },
    // 12 a user and day: of five who open a post four read what was said.
    read_comments: {
      executor: "ramping-arrival-rate",
      exec: "read_comments",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 8,
      maxVUs: 40,
      stages: [
        { duration: "2m", target: 397 },
        { duration: "10m", target: 397 },
      ],
    },
    // 10 a user and day: at each of five visits and after as many pushes.
    check_notices: {
      executor: "ramping-arrival-rate",
      exec: "check_notices",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 7,
      maxVUs: 35,
      stages: [
        { duration: "2m", target: 331 },
        { duration: "10m", target: 331 },
      ],
    },
    // 0.3 a user and day: row, counter, outbox row and key; nine of ten members publish less than once in three days.
    publish: {
      executor: "ramping-arrival-rate",
      exec: "publish",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 2,
      maxVUs: 10,
      stages: [
        { duration: "2m", target: 10 },
        { duration: "10m", target: 10 },
      ],
    },
    // 0.2 a user and day: two of three posts carry a picture of 600 kB in three renditions.
    upload_picture: {
      executor: "ramping-arrival-rate",
      exec: "upload_picture",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 2,
      maxVUs: 10,
      stages: [
        { duration: "2m", target: 7 },
        { duration: "10m", target: 7 },
      ],
    },
    // 6 a user and day: six of the four hundred posts that pass by; row, counter and outbox row; and the notice of it.
    like: {
      executor: "ramping-arrival-rate",
      exec: "like",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 4,
      maxVUs: 20,
      stages: [
        { duration: "2m", target: 198 },
        { duration: "10m", target: 198 },
      ],
    },
    // 0.8 a user and day: row, counter, outbox row and key; and the notice of it.
    comment: {
      executor: "ramping-arrival-rate",
      exec: "comment",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 2,
      maxVUs: 10,
      stages: [
        { duration: "2m", target: 26 },
        { duration: "10m", target: 26 },
      ],
    },
    // 0.5 a user and day: row, two counters, outbox row; most in the first week; and the notice of it.
    follow: {
      executor: "ramping-arrival-rate",
      exec: "follow",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 2,
      maxVUs: 10,
      stages: [
        { duration: "2m", target: 17 },
        { duration: "10m", target: 17 },
      ],
    },
    // 5 a user and day: from a post or a comment.
    look_at_profile: {
      executor: "ramping-arrival-rate",
      exec: "look_at_profile",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 4,
      maxVUs: 20,
      stages: [
        { duration: "2m", target: 165 },
        { duration: "10m", target: 165 },
      ],
    },
    // 1 a user and day: a few searches in the first week, then seldom.
    find_people: {
      executor: "ramping-arrival-rate",
      exec: "find_people",
      startRate: 1,
      timeUnit: "1m",
      preAllocatedVUs: 2,
      maxVUs: 10,
      stages: [
        { duration: "2m", target: 33 },
        { duration: "10m", target: 33 },
      ],
    },
  },
  thresholds: {
    http_req_failed: ["rate<0.01"],
    http_req_duration: ["p(95)<300"],
    "http_req_duration{scenario:open_feed}": ["p(95)<300"],
    "http_req_duration{scenario:open_post}": ["p(95)<300"],
    "http_req_duration{scenario:read_comments}": ["p(95)<300"],
    "http_req_duration{scenario:check_notices}": ["p(95)<300"],
    "http_req_duration{scenario:publish}": ["p(95)<300"],
    "http_req_duration{scenario:upload_picture}": ["p(95)<300"],
    "http_req_duration{scenario:like}": ["p(95)<300"],
    "http_req_duration{scenario:comment}": ["p(95)<300"],
    "http_req_duration{scenario:follow}": ["p(95)<300"],
    "http_req_duration{scenario:look_at_profile}": ["p(95)<300"],
    "http_req_duration{scenario:find_people}": ["p(95)<300"],
    checks: ["rate>0.99"],
    // A rate that was not reached proves nothing.
    dropped_iterations: ["count<234"],
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
  gather(pools, "posts", "/v1/feed", { author: "users", media: "media_assets" });
  gather(pools, "users", "/v1/follow-requests");
  gather(pools, "users", "/v1/blocks");
  gather(pools, "notifications", "/v1/notifications", { actor: "users" });
  gather(pools, "moderation_actions", "/v1/decisions");
  gather(pools, "appeals", "/v1/appeals");
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

export function open_feed(data) {
  call("GET", "/v1/feed", null, 200, "list_feed");
}

export function open_post(data) {
  call("GET", "/v1/posts/" + one(data, "posts"), null, 200, "get_post");
}

export function read_comments(data) {
  call("GET", "/v1/posts/" + one(data, "posts") + "/comments", null, 200, "list_comments");
}

export function check_notices(data) {
  call("GET", "/v1/notifications", null, 200, "list_notifications");
}

export function publish(data) {
  call("POST", "/v1/posts", {
    body: "First light.",
  }, 201, "create_post", { "Idempotency-Key": uuid() });
}

export function upload_picture(data) {
  call("POST", "/v1/media-assets", {
    mime_type: "image/jpeg",
    byte_size: 482133,
    sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  }, 201, "create_media_asset", { "Idempotency-Key": uuid() });
}

export function like(data) {
  call("PUT", "/v1/posts/" + one(data, "posts") + "/like", null, 200, "like_post");
}

export function comment(data) {
  call("POST", "/v1/posts/" + one(data, "posts") + "/comments", {
    body: "Where is this?",
  }, 201, "create_comment", { "Idempotency-Key": uuid() });
}

export function follow(data) {
  call("PUT", "/v1/users/" + one(data, "users") + "/follow", null, 200, "follow_user");
}

export function look_at_profile(data) {
  call("GET", "/v1/users/" + one(data, "users"), null, 200, "get_user");
}

export function find_people(data) {
  call("GET", "/v1/users" + "?q=" + encodeURIComponent(words(2, 30)), null, 200, "list_users");
}
