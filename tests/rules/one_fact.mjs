// One stated fact is changed at a time; the sections of the architecture document that change must be those listed, and no other.
//
//   one_fact.mjs ARCHVM RULES CASES
//
// CASES holds base.facts and one file per change: KEY.txt with the line `change: key: value`, then `heading = reason` for each
// section that changes. A heading stands for its own text, without that of the headings below it; `+ heading` appears, `- heading`
// goes. Exit status 1 if a section changed that is not listed, or a listed one did not.

import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const [archvm, rules, cases] = process.argv.slice(2);

// Heading path to text. Headings inside fences are text.
function sections(text) {
  const found = new Map(), path = [];
  let name = "", body = [], fence = null;
  const close = () => { if (name) found.set(name, (found.get(name) ?? "") + body.join("\n")); body = []; };
  for (const line of text.split("\n")) {
    const mark = /^(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark && !fence) fence = mark;
    else if (fence && line.startsWith(fence)) fence = null;
    const heading = fence ? null : /^(#{1,4}) (.+)$/.exec(line);
    if (!heading) { body.push(line); continue; }
    close();
    path.length = heading[1].length - 1;
    path.push(heading[2]);
    name = path.slice(1).filter(Boolean).join(" > ") || heading[2];
  }
  close();
  return found;
}

function document(facts) {
  const result = spawnSync(archvm, ["run", rules, "-"], { input: facts, encoding: "utf8", maxBuffer: 1 << 26 });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`archvm run: ${result.stderr}`);
  return sections(result.stdout);
}

const base = readFileSync(join(cases, "base.facts"), "utf8");
const before = document(base);
let wrong = 0;

for (const file of readdirSync(cases).filter((f) => f.endsWith(".txt")).sort()) {
  const lines = readFileSync(join(cases, file), "utf8").split("\n").map((l) => l.trim()).filter((l) => l && !l.startsWith("#"));
  const change = /^change: (\w+): (.+)$/.exec(lines[0]);
  if (!change) throw new Error(`${file} does not begin with "change: key: value"`);
  const stated = new RegExp(`^${change[1]}: .*$`, "m");
  if (!stated.test(base)) throw new Error(`${file}: base.facts does not state ${change[1]}`);
  const after = document(base.replace(stated, `${change[1]}: ${change[2]}`));

  const found = new Set();
  for (const [name, text] of before) {
    if (!after.has(name)) found.add(`- ${name}`);
    else if (after.get(name) !== text) found.add(name);
  }
  for (const name of after.keys()) if (!before.has(name)) found.add(`+ ${name}`);

  const listed = new Map();
  for (const line of lines.slice(1)) {
    const [, name, reason] = /^(.+?) = (.+)$/.exec(line) ?? [];
    if (!reason) throw new Error(`${file}: "${line}" gives no reason`);
    if (listed.has(name)) throw new Error(`${file}: "${name}" stands twice`);
    listed.set(name, reason);
  }
  const say = (text) => { wrong++; console.log(`${file}: ${text}`); };
  for (const name of found) if (!listed.has(name)) say(`changed and is not listed: ${name}`);
  for (const [name, reason] of listed) if (!found.has(name)) say(`did not change, although ${reason}: ${name}`);
  console.log(`${change[1]} = ${change[2]}: ${found.size} of ${before.size} sections change`);
}
process.exitCode = wrong ? 1 : 0;
