// Compares what `archvm eval` and `archvm run` give for the stress cases with expectations.yaml.
//
//   stress.mjs ARCHVM RULES EXAMPLES EXPECTATIONS
//
// Each case runs twice: from its prompt alone, word for word, as a text file; and from the brief EXAMPLES/stress-n-*/brief.facts
// that states what the prompt says. From the prompt, the facts must also be read from the words that are expected. Prints a
// line per expectation that is not met, then `N passed, N failed`. Exit status 1 if one failed.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

const [archvm, rules, examples, expectations] = process.argv.slice(2);

let passed = 0, failed = 0;
const work = mkdtempSync(join(tmpdir(), "stress-")), written = new Map();

function check(caseId, what, ok, found) {
  if (ok) { passed++; return; }
  failed++;
  console.log(`FAIL ${caseId} ${what}: found ${JSON.stringify(found)?.slice(0, 300)}`);
}

function run(...args) {
  const result = spawnSync(archvm, args, { encoding: "utf8", maxBuffer: 1 << 26 });
  if (result.error) throw result.error;
  return result;
}

const listed = (v) => (Array.isArray(v) ? v : [v]);
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b) || String(a) === String(b);

function matches(expected, found) {
  if (expected === null || typeof expected !== "object") return same(found, expected);
  if ("prefer" in expected && !("one_of" in expected)) return same(found, expected.prefer);
  if ("one_of" in expected) return expected.one_of.some((v) => same(found, v));
  if ("contains" in expected) return expected.contains.every((v) => listed(found).some((f) => same(f, v)));
  if ("not_one_of" in expected) return !expected.not_one_of.some((v) => same(found, v));
  if ("range" in expected) return Number(found) >= expected.range[0] && Number(found) <= expected.range[1];
  if ("count" in expected) return listed(found).length === expected.count;
  return same(found, expected.value);
}

function facts(id, expected, result, fromPrompt) {
  for (const [name, want] of Object.entries(expected ?? {})) {
    const found = result.facts?.[name];
    check(id, `fact ${name}`, found && matches(want, found.value), found?.value);
    if (want.unit) check(id, `unit of ${name}`, found?.unit === want.unit, found?.unit);
    // A brief states what it states; what a prompt states and what follows from its words is told apart.
    if (want.source === "inferred" || fromPrompt) check(id, `fact ${name} is ${want.source}`, !want.source || found?.source === want.source, found?.source);
    if (fromPrompt && want.evidence) check(id, `words of ${name}`, found?.evidence === want.evidence, found?.evidence);
    if (fromPrompt && want.evidence) check(id, `place of ${name}`, /^prompt:1:\d+$/.test(found?.at ?? ""), found?.at);
  }
}

function decisions(id, expected, result) {
  for (const [name, want] of Object.entries(expected ?? {})) {
    if (name === "decided_by") {
      const pattern = result.decisions.architecture_pattern;
      check(id, "architecture_pattern is decided by its rule", pattern?.rule?.endsWith(want.rule.split("/")[1]), pattern?.rule);
      check(id, `architecture_pattern names ${want.fact}`, pattern?.because?.includes(want.fact), pattern?.because);
      continue;
    }
    const found = result.decisions?.[name] ?? (result.collections?.[name] && { value: result.collections[name] });
    check(id, `decision ${name}`, found && matches(want, found.value), found?.value);
  }
}

function scores(id, expected, result) {
  for (const [matrix, options] of Object.entries(expected ?? {})) {
    const found = result.decisions?.[matrix];
    for (const [option, want] of Object.entries(options)) {
      if (option === "winner") { check(id, `${matrix} winner`, found?.value === want, found?.value); continue; }
      const score = found?.scores?.find((s) => s.option === option);
      check(id, `${matrix} ${option} total`, score?.score === want.total, score?.score);
      for (const [line, points] of Object.entries(want.lines ?? {})) {
        const mine = score?.lines?.find((l) => l.rule.split("/").pop() === line);
        check(id, `${matrix} ${option} ${line}`, mine?.weight === points, mine?.weight);
      }
    }
  }
}

function rejected(id, expected, result) {
  for (const want of expected ?? []) {
    const found = result.decisions?.[want.of]?.rejected?.find((r) => r.option.toLowerCase() === want.option.toLowerCase());
    check(id, `${want.of} rejects ${want.option}`, Boolean(found), result.decisions?.[want.of]?.rejected);
    for (const reason of want.reason ?? [])
      if (found) check(id, `${want.option} is rejected for ${reason}`, new RegExp(reason, "i").test(found.because), found.because);
  }
}

function conflicts(id, expected, result) {
  if (expected && !expected.length) check(id, "no conflicts", result.conflicts.length === 0, result.conflicts.map((c) => c.id));
  for (const want of expected ?? []) {
    const found = result.conflicts.find((c) => c.id === want.id);
    check(id, `conflict ${want.id}`, Boolean(found), result.conflicts.map((c) => c.id));
    if (found && want.impact) check(id, `impact of ${want.id}`, found.impact === want.impact, found.impact);
    if (found && want.binds) check(id, `${want.id} binds`, found.binds === want.binds, found.binds);
  }
}

// The part of the document or of the evaluation an expectation speaks of.
function scope(name, result, document) {
  const value = (d) => (d === undefined ? undefined : typeof d === "string" ? d : JSON.stringify(d));
  const section = (title) => {
    const lines = document.split("\n"), start = lines.findIndex((l) => /^#+ /.test(l) && new RegExp(title, "i").test(l));
    if (start < 0) return undefined;
    const level = lines[start].match(/^#+/)[0].length;
    let end = lines.findIndex((l, i) => i > start && /^#+ /.test(l) && l.match(/^#+/)[0].length <= level);
    return lines.slice(start, end < 0 ? undefined : end).join("\n");
  };
  switch (name) {
    case "document": return document;
    case "pattern_rationale": return result.decisions.architecture_pattern?.because;
    case "rejected_patterns": return value(result.decisions.architecture_pattern?.rejected);
    case "rejected_options": return value(Object.values(result.decisions).flatMap((d) => d.rejected ?? []));
    case "primary_db_rationale": return section("data strategy") ?? value(result.decisions.primary_database);
    case "primary_db_wrong_if": return result.decisions.primary_database?.wrong_if;
    case "primary_database": return result.decisions.primary_database?.value;
    case "deployment_target": return value(result.decisions.deployment_target?.value);
    case "conflicts": return section("conflicts");
    case "open_questions": return section("open questions");
    case "assumptions_log": return section("assumptions log");
    case "alternatives_considered": return section("alternatives");
    case "cost_model": return section("cost");
    case "tech_stack": return section("technology registry");
    case "tech_stack.chosen": return value((result.collections.tech_stack ?? []).map((row) => row.technology));
    case "system_diagram": return document.match(/```mermaid\n(?:graph|flowchart) [\s\S]*?```/)?.[0];
    case "verification": return section("^## verification");
    case "schema": return section("data schema");
    case "api": return section("api contract");
    case "security": return section("security and compliance");
    case "caching": return section("^### caching");
    case "caching_strategy.entities_cached": return value((result.collections.entities_cached ?? []).map((row) => row.name));
    case "compliance_matrix": return section("^### compliance");
    case "observability": return section("^## observability");
    case "observability.callout": return section("^## observability")?.split("\n\n")[1];
    case "token_storage": return result.decisions.token_storage?.value;
    case "jwt_algorithm": return result.decisions.jwt_algorithm?.value;
    default:
      if (name.startsWith("service_topology")) {
        const topology = result.decisions.service_topology?.value ?? result.collections.service_topology ?? section("topology");
        const part = name.split(".")[1];
        return value(part && topology && typeof topology === "object" ? topology[part] ?? result.collections[part] : topology);
      }
      return undefined;
  }
}

/** The SQL that a run writes for the input. */
function sql(input) {
  if (written.has(input)) return written.get(input);
  const folder = join(work, `artefacts-${written.size}`);
  run("run", "-q", rules, input, "-o", folder);
  const texts = readdirSync(folder, { recursive: true }).filter((f) => f.endsWith(".sql")).map((f) => readFileSync(join(folder, f), "utf8"));
  written.set(input, texts.join("\n"));
  return written.get(input);
}

function edges(diagram) {
  return [...(diagram ?? "").matchAll(/^\s*(\w+)\s*--+>\|"?([^|"]*)"?\|\s*(\w+)/gm)].map(([, from, label, to]) => ({ from, label, to }));
}

function statement(id, want, present, result, document, input) {
  const text = scope(want.in, result, document);
  for (const pattern of want.match ?? []) {
    const found = new RegExp(pattern, "i").test(text ?? "");
    check(id, `${want.in} ${present ? "has" : "has no"} /${pattern}/ (${want.id})`, present ? text !== undefined && found : !found, text);
  }
  if (want.count_at_least)
    check(id, `${want.in} has ${want.count_at_least} matches`, (text?.match(new RegExp(want.match[0], "gi")) ?? []).length >= want.count_at_least, "fewer");
  if (!want.rule) return;
  const rows = (text ?? "").split("\n").filter((l) => /^\|/.test(l)).slice(2);
  switch (want.rule) {
    case "rows_at_least": check(id, `${want.in} rows`, rows.length >= want.value, rows.length); break;
    case "every_row_has": check(id, `${want.in} complete rows`, rows.length > 0 && rows.every((r) => !/\|\s*\|/.test(r)), rows[0]); break;
    case "last_section_is": {
      const last = document.split("\n").filter((l) => /^## /.test(l)).pop();
      check(id, "last section", last?.includes(want.value), last);
      break;
    }
    case "blank_value": break; // looked at in every case
    case "rows_for": for (const n of want.value) check(id, `cost row for ${n}`, rows.some((r) => r.replace(/,/g, "").includes(String(n))), rows); break;
    case "cost_strictly_increasing": {
      const costs = (result.collections.cost_model ?? []).map((phase) => phase.cost.amount);
      check(id, "costs strictly increase", costs.length > 2 && costs.every((c, i) => !i || c > costs[i - 1]), costs);
      break;
    }
    case "budget_row_not_above": {
      const first = result.collections.cost_model?.[0]?.cost.amount;
      check(id, "the budget row is within the budget", first <= want.value, first);
      break;
    }
    case "edge": check(id, "no forbidden arrow", !edges(text).some((e) => e.from === want.value.from && e.label.includes(want.value.protocol)), "arrow"); break;
    case "edge_without": check(id, "no direct arrow", !edges(text).some((e) => /lambda/i.test(e.from) && /postgres|database/i.test(e.to)), edges(text)); break;
    case "section_missing": check(id, `section ${want.value} stands`, new RegExp(`^#+ .*${want.value}`, "im").test(document), "no heading"); break;
    case "money_fields_are_integer": {
      const money = (result.collections.entities ?? []).flatMap((e) => e.fields.filter((f) => f.type === "money").map((f) => f.name));
      check(id, "there is money in the schema", money.length > 0, money);
      for (const name of money) check(id, `${name} is whole minor units`, new RegExp(`"?\\b${name}"?\\s+bigint\\b`, "i").test(sql(input)), name);
      break;
    }
    case "field_level_encryption_lists_fields": {
      const fields = (result.collections.encrypted_fields ?? []).map((f) => f.name);
      check(id, "fields are encrypted", fields.length > 0, fields);
      for (const name of fields) check(id, `${name} is listed`, (text ?? "").includes(name), name);
      break;
    }
    case "checks_pass":
      for (const item of want.value) {
        const found = result.checks.items.filter((c) => c.id === item);
        check(id, `check ${item} passes`, found.length > 0 && found.every((c) => c.status !== "fail"), found);
      }
      break;
    default: check(id, `rule ${want.rule} is known`, false, want.rule);
  }
}

// What an endpoint is for, by its method and path.
const purposes = {
  login: ["POST", /\/auth\/login$/], "user profile": ["GET", /\/users\/\{?\w+\}?$/], "post create": ["POST", /\/posts$/],
  "post read": ["GET", /\/posts\/\{\w+\}$/], "post update": ["PATCH", /\/posts\/\{\w+\}$/], "post delete": ["DELETE", /\/posts\/\{\w+\}$/],
  feed: ["GET", /\/feed$/], follow: ["PUT", /\/follow$/], unfollow: ["DELETE", /\/follow$/], like: ["PUT", /\/like$/],
  comment: ["POST", /\/comments$/], "notification stream": ["GET", /\/(notifications|events|stream)/],
};

function endpoints(id, expected, result) {
  for (const want of expected?.at_least ?? []) {
    const [method, path] = purposes[want.purpose] ?? [want.method, /^$/];
    const found = (result.collections.endpoints ?? []).find((e) => e.method === (want.method ?? method) && (want.path ? e.path === want.path : path.test(e.path)));
    check(id, `endpoint for ${want.purpose}`, Boolean(found), want);
    if (found && want.pagination) check(id, `${want.purpose} is paged by ${want.pagination}`, result.decisions.feed_pagination?.value === want.pagination, result.decisions.feed_pagination?.value);
  }
}

// A domain may give an entity a longer name: trading_accounts are accounts.
function entities(id, expected, result) {
  const names = (result.collections.entities ?? []).map((e) => e.name);
  for (const want of expected?.at_least ?? []) check(id, `entity ${want}`, names.some((n) => n === want || n.endsWith(`_${want}`)), names);
}

function gate(id, expected, result) {
  for (const item of expected ?? []) {
    const found = result.checks.items.filter((c) => c.id === item);
    check(id, `check ${item}`, found.length > 0 && found.every((c) => c.status !== "fail"), found);
  }
}

// The decisions that must not change when further facts are stated.
function variants(c, id, result) {
  for (const [n, variant] of (c.variants ?? []).entries()) {
    const brief = join(work, `${c.id}-variant-${n}.facts`);
    writeFileSync(brief, JSON.stringify({ prompt: c.prompt, ...variant.given }));
    const other = JSON.parse(run("eval", "-q", rules, brief).stdout);
    for (const name of variant.expect_same)
      check(id, `${name} stays with ${JSON.stringify(variant.given)}`, same(other.decisions[name]?.value, result.decisions[name]?.value), other.decisions[name]?.value);
  }
}

// What is understood of a prompt, printed as a brief, gives the same facts again.
function understood(c, id, input, result) {
  const intake = run("intake", "-q", rules, input), brief = join(work, `${c.id}-intake.facts`);
  check(id, "intake exit status", intake.status === 0, intake.stderr);
  writeFileSync(brief, intake.stdout);
  const again = JSON.parse(run("eval", "-q", rules, brief).stdout || "{}");
  for (const [name, fact] of Object.entries(result.facts))
    check(id, `${name} is the same by intake`, JSON.stringify(again.facts?.[name]?.value) === JSON.stringify(fact.value), again.facts?.[name]?.value);
}

// What holds of every case.
function always(id, want, result, document) {
  const facts = Object.entries(result.facts);
  const patterns = result.decisions.architecture_pattern?.rejected ?? [];
  const inferred = facts.filter(([, f]) => f.source === "inferred");
  const diagrams = [...document.matchAll(/```mermaid\n([\s\S]*?)```/g)].map((m) => m[1]);
  switch (want.rule) {
    case "no_fact_blank": for (const [name, f] of facts) check(id, `${name} is not blank`, f.value !== "" && f.value !== undefined && f.value !== null, f); break;
    case "one_entry_per_option_not_chosen": check(id, "one rejected pattern for each not chosen", patterns.length === 3, patterns.map((r) => r.option)); break;
    case "all_pass_or_repaired": check(id, "all checks pass", result.checks.failed === 0 && result.checks.passed > 0, result.checks.failed); break;
    case "each_inferred_fact_marked_with_reason":
      for (const [name, f] of inferred) check(id, `${name} has a reason, a confidence and a risk`, f.because && f.confidence && f.risk, f);
      check(id, "inferred facts are marked", /\[INFERRED: .+\]/.test(document), "no mark");
      break;
    case "ends_with_assumptions_log": check(id, "ends with the assumptions log", /Assumptions Log/i.test(document.split("\n").filter((l) => /^## /.test(l)).pop()), "another section"); break;
    case "every_mermaid_block_parses": // by Mermaid itself in tests/external; here, that each begins as one
      for (const d of diagrams) check(id, "a diagram begins as one", /^(%%.*\n)*\s*(graph|flowchart|sequenceDiagram|erDiagram|stateDiagram|gantt|C4|timeline)/.test(d), d.slice(0, 80));
      break;
    default: check(id, `rule ${want.rule} is known`, false, want.rule);
  }
}

function stressCase(c, id, input, fromPrompt) {
  const evaluated = run("eval", "-q", rules, input);
  check(id, "eval exit status", evaluated.status === 0, evaluated.stderr);
  if (evaluated.status !== 0) return;
  const result = JSON.parse(evaluated.stdout);
  const written = run("run", "-q", rules, input);
  check(id, "run exit status", written.status === 0, written.stderr);
  const document = written.stdout;
  facts(id, c.facts, result, fromPrompt);
  decisions(id, c.decisions, result);
  scores(id, c.scores, result);
  rejected(id, c.rejected, result);
  conflicts(id, c.conflicts, result);
  for (const want of c.must_have ?? []) statement(id, want, true, result, document, input);
  for (const want of c.must_not_have ?? []) statement(id, want, false, result, document, input);
  endpoints(id, c.endpoints, result);
  entities(id, c.entities, result);
  gate(id, c.gate, result);
  for (const want of everyCase) always(id, want, result, document);
  if (fromPrompt) variants(c, id, result);
  if (fromPrompt) understood(c, id, input, result);
}

const { cases, defaults } = parse(readFileSync(expectations, "utf8"));
const everyCase = defaults.every_case;
const folders = readdirSync(examples);
for (const c of cases) {
  const folder = folders.find((f) => f.startsWith(`stress-${c.id.slice(2)}-`));
  check(c.id, "has an example", Boolean(folder), folders);
  if (folder) stressCase(c, `${c.id} from its brief:`, join(examples, folder, "brief.facts"), false);
  const prompt = join(work, `${c.id}.txt`);
  writeFileSync(prompt, c.prompt);
  stressCase(c, `${c.id} from its prompt:`, prompt, true);
}
rmSync(work, { recursive: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
