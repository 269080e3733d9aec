// How much of the corpus the intake understands, and how much of what it claims is wrong.
//
//   score.mjs ARCHVM RULES CORPUS_DIR [--misses] [--held-out]
//
// Each prompt goes through `archvm eval` (NDJSON, one process).
//
// expect   must be found. A value counts as found when it is right and the prompt made it so: it is stated, or another rule
//          gave it than gives it to an empty prompt, or an empty prompt has it not. Members of a set or list count one by one;
//          { one_of: [...] } is met by any.
// may      right as well, but nobody has to see it; "*" allows anything.
// forbid   a trap: must not be stated.
//
// Recall is the share of expected values that are found; precision the share of stated values that are in `expect` or `may`:
// everything else a prompt is said to state counts as wrong, whether a trap was laid for it or not. Cases with `held_out: true`
// are not looked at while rules are written; --misses lists what went wrong outside of them, --held-out in them.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

const least_precision = 0.95, least_recall = 0.90, least_cases = 150;

const [archvm, rules, corpus, ...options] = process.argv.slice(2);

// Free text, which has no one right spelling, and what holds the prompt itself.
const unscored = new Set(["prompt", "product_name", "product_summary", "document_date", "roles", "extra_features",
  "critical_journeys", "external_apis", "stated_entities"]);

const listed = (v) => (v === undefined || v === null ? [] : Array.isArray(v) ? v : [v]);
const same = (a, b) => String(a).toLowerCase() === String(b).toLowerCase();
const among = (value, list) => list === "*" || listed(list).some((v) => same(v, value));
const choices = (wanted) => (wanted !== null && typeof wanted === "object" && !Array.isArray(wanted) ? wanted.one_of : undefined);

const cases = [];
for (const file of readdirSync(corpus).sort()) {
  if (!file.endsWith(".yaml")) continue;
  const { may: everywhere = {}, cases: list } = parse(readFileSync(join(corpus, file), "utf8"));
  list.forEach((c, i) => cases.push({ at: `${file}:${i + 1}`, everywhere, may: {}, forbid: {}, ...c }));
}

const input = ["", ...cases.map((c) => c.prompt)].map((prompt) => JSON.stringify({ prompt })).join("\n") + "\n";
const folder = mkdtempSync(join(tmpdir(), "corpus-"));
writeFileSync(join(folder, "prompts.ndjson"), input);
const run = spawnSync(archvm, ["eval", rules, join(folder, "prompts.ndjson")], { encoding: "utf8", maxBuffer: 1 << 30 });
rmSync(folder, { recursive: true });
if (run.error) throw run.error;
if (run.status !== 0) { console.error(run.stderr); process.exit(1); }
const [empty, ...answers] = run.stdout.trim().split("\n").map((line) => JSON.parse(line).facts);
if (answers.length !== cases.length) { console.error(`${cases.length} prompts, ${answers.length} answers`); process.exit(1); }

let broken = 0;
const complain = (text) => { broken++; console.error(text); };
if (cases.length < least_cases) complain(`only ${cases.length} prompts`);
const prompts = new Set();
for (const c of cases) {
  if (prompts.has(c.prompt)) complain(`${c.at}: the same prompt twice`);
  prompts.add(c.prompt);
  for (const part of ["expect", "may", "forbid"])
    for (const name of Object.keys(c[part] ?? complain(`${c.at}: no ${part}`) ?? {}))
      if (!(name in empty)) complain(`${c.at}: no fact is called ${name}`);
  for (const [name, trap] of Object.entries(c.forbid))
    for (const v of listed(trap))
      if (among(v, c.may[name] ?? []) || among(v, choices(c.expect[name]) ?? c.expect[name] ?? []))
        complain(`${c.at}: ${name} = ${v} is both forbidden and right`);
}

const score = { tuned: new Map(), held: new Map() };
const misses = [];
const tally = (set, name) => set.get(name) ?? set.set(name, { found: 0, missed: 0, right: 0, wrong: 0 }).get(name);

cases.forEach((c, i) => {
  const facts = answers[i], set = c.held_out ? score.held : score.tuned;
  const miss = (what, name, value, words) =>
    misses.push({ held: !!c.held_out, text: `${c.at}: ${what} ${name} = ${value}${words ? ` (“${words}”)` : ""}\n    ${c.prompt.slice(0, 160).replace(/\n/g, " ")}` });
  for (const [name, wanted] of Object.entries(c.expect)) {
    const fact = facts[name], values = listed(fact.value);
    const told = fact.source === "stated" || fact.rule !== empty[name].rule;
    const earned = (option) => told || !among(option, listed(empty[name].value));
    for (const options of choices(wanted) ? [choices(wanted)] : listed(wanted).map((v) => [v])) {
      const found = options.some((v) => among(v, values) && earned(v));
      tally(set, name)[found ? "found" : "missed"]++;
      if (!found) miss("missed", name, options.join(" | "), told ? `found ${values.join(", ") || "nothing"}` : "");
    }
  }
  for (const [name, fact] of Object.entries(facts)) {
    if (fact.source !== "stated" || unscored.has(name)) continue;
    for (const value of listed(fact.heard ?? fact.value)) {
      const right = [choices(c.expect[name]) ?? c.expect[name], c.may[name], c.everywhere[name]].some((l) => l !== undefined && among(value, l));
      tally(set, name)[right ? "right" : "wrong"]++;
      if (!right) miss(among(value, c.forbid[name] ?? []) ? "TRAP" : "wrong", name, value, fact.evidence);
    }
  }
});

const share = (a, b) => (a + b === 0 ? 1 : a / (a + b));
const percent = (x) => `${(100 * x).toFixed(1)} %`.padStart(8);
const sum = (...sets) => {
  const all = new Map();
  for (const set of sets) for (const [name, t] of set) {
    const into = tally(all, name);
    for (const key of Object.keys(t)) into[key] += t[key];
  }
  return all;
};
const total = (set) => [...set.values()].reduce((a, t) => { for (const k of Object.keys(a)) a[k] += t[k]; return a; },
  { found: 0, missed: 0, right: 0, wrong: 0 });

const all = sum(score.tuned, score.held);
console.log(`${"fact".padEnd(28)} expected  recall   stated precision`);
for (const [name, t] of [...all].sort())
  console.log(`${name.padEnd(28)} ${String(t.found + t.missed).padStart(8)} ${percent(share(t.found, t.missed))} ${String(t.right + t.wrong).padStart(7)} ${percent(share(t.right, t.wrong))}`);
for (const m of misses)
  if (options.includes(m.held ? "--held-out" : "--misses")) console.log(m.text);

let failed = broken > 0;
for (const [label, set] of [["tuned on", score.tuned], ["held out", score.held], ["all", all]]) {
  const t = total(set), precision = share(t.right, t.wrong), recall = share(t.found, t.missed);
  const count = cases.filter((c) => label === "all" || !!c.held_out === (label === "held out")).length;
  console.log(`${label.padEnd(9)} ${String(count).padStart(4)} prompts: precision ${percent(precision)} of ${t.right + t.wrong} stated, recall ${percent(recall)} of ${t.found + t.missed} expected`);
  if (precision < least_precision || recall < least_recall) failed = true;
}
if (failed) console.log(`below ${100 * least_precision} % precision or ${100 * least_recall} % recall, or the corpus is at fault`);
process.exit(failed ? 1 : 0);
