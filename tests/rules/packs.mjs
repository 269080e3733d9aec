// Every domain pack alone, from a brief of one line: what is written has no mark left unexpanded, no empty cell, no
// dangling link, no anchor twice and no paragraph without end, and neither has what any two of them write together; and the documents of any two
// packs differ in more than two thirds of their lines. Nothing outside a folder of domains names what only it declares, and a
// folder more is a pack. A folder without a pack says what products of its field keep. With ARCHVM_PACKS_SHARED=FILE the lines the worst pair shares.
// Usage: node packs.mjs ARCHVM SOURCE_DIR
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';

const [archvm, source] = process.argv.slice(2);
const rules = path.join(source, 'rules');
const mostShared = 1 / 3;
const longestLine = 800; // characters of a paragraph or item that a reader still takes in; more is a table or a list

function run(args, input) {
  const r = spawnSync(archvm, args, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (r.status !== 0) throw new Error(`archvm ${args.join(' ')}: status ${r.status}\n${r.stderr}`);
  return r.stdout;
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'packs-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));

// ---- the packs: one brief for each domain that any pack answers to

const schema = JSON.parse(run(['schema', rules]));
const resolve = (node) => (node?.$ref ? resolve(node.$ref.slice(2).split('/').reduce((o, k) => o[k], schema)) : node);

/** The strings a schema node allows, wherever it keeps them. */
function choices(node) {
  const s = resolve(node);
  if (!s || typeof s !== 'object') return [];
  if (Array.isArray(s.enum)) return s.enum;
  if ('const' in s) return [s.const];
  return ['items', 'anyOf', 'oneOf', 'allOf'].flatMap((k) => [s[k] ?? []].flat().flatMap(choices));
}

const domains = choices(schema.properties.domains).filter((d) => typeof d === 'string');
const packs = new Map(); // name of the pack -> { domain, out }
for (const domain of domains) {
  const model = JSON.parse(run(['eval', rules, '-'], JSON.stringify({ domains: [domain] })));
  for (const { name } of model.collections.packs ?? []) if (!packs.has(name)) packs.set(name, { domain });
}

const wrong = [];
for (const folder of fs.readdirSync(path.join(rules, 'domains'))) {
  const files = fs.readdirSync(path.join(rules, 'domains', folder)).filter((f) => f.endsWith('.arch') && !f.endsWith('_test.arch'));
  const text = files.map((f) => fs.readFileSync(path.join(rules, 'domains', folder, f), 'utf8')).join('\n');
  const named = [...text.matchAll(/derive packs\/\w+[^{]*\{.*?\n\}/gs)].flatMap((m) => [...m[0].matchAll(/^ {2}(\w+) \{/gm)]).map((m) => m[1]);
  const implied = /derive field_records\//.test(text); // a field of business without a pack: what its products keep all the same
  if (named.length === 0 && !implied && !files.every((f) => ['profile.arch', 'features.arch'].includes(f))) wrong.push(`rules/domains/${folder} adds neither a pack nor records of its field`);
  for (const n of named) if (!packs.has(n)) wrong.push(`rules/domains/${folder}: no domain alone brings its pack ${n}`);
}

// ---- each pack's files

const withoutFences = (text) => {
  let fence = null;
  return text.split('\n').map((line) => {
    const m = line.match(/^\s*(`{3,}|~{3,})/);
    if (fence === null && m) { fence = m[1]; return ''; }
    if (fence !== null) { if (m && m[1].startsWith(fence)) fence = null; return ''; }
    return line;
  });
};

const slug = (heading) => heading.trim().toLowerCase().replace(/[^\p{L}\p{N}\p{M} _-]/gu, '').replace(/ /g, '-');
const cells = (line) => line.trim().replace(/^\||\|$/g, '').split(/(?<!\\)\|/);

function anchorsOf(text) {
  return withoutFences(text).flatMap((l) => (l.match(/^#{1,6} +(.*?)\s*$/) ?? []).slice(1)).map(slug);
}

function faultsOf(file, text, dir) {
  const faults = [];
  const lines = withoutFences(text);
  const anchors = anchorsOf(text);
  for (const a of new Set(anchors)) {
    if (anchors.filter((b) => b === a).length > 1) faults.push(`${file}: anchor #${a} stands twice`);
  }
  lines.forEach((line, i) => {
    const at = `${file}:${i + 1}`;
    if (line.length > longestLine && !/^\s*\|/.test(line)) faults.push(`${at}: ${line.length} characters in one breath: ${line.slice(0, 80)}`);
    // {order_id} is a parameter of a path when a slash stands before it, and a header has its {nonce} after a hyphen; everything else in braces was to be filled in,
    // but for what is a whole code span of its own: an example such as the UCUM unit `{tablet}`.
    for (const m of line.matchAll(/(?<![-/$\w{}`])\{[a-z_][\w.]*\}/g)) faults.push(`${at}: ${m[0]} was not filled in`);
    if (/^\s*\|.*\|\s*$/.test(line) && cells(line).some((c) => c.trim() === '')) faults.push(`${at}: empty cell: ${line.slice(0, 100)}`);
    for (const m of line.replace(/`[^`]*`/g, '').matchAll(/(?<!\\)\[[^\]]*(?<!\\)\]\(([^)\s]+)\)/g)) {
      const [target, anchor] = m[1].split('#');
      if (/^[a-z]+:/.test(target)) continue;
      const to = target === '' ? path.join(dir, file) : path.join(dir, path.dirname(file), target);
      if (!fs.existsSync(to)) faults.push(`${at}: ${m[1]} leads nowhere`);
      else if (anchor && !anchorsOf(fs.readFileSync(to, 'utf8')).includes(anchor)) faults.push(`${at}: there is no anchor ${m[1]}`);
    }
  });
  return faults;
}

// What looks for faults finds each kind.
const broken = faultsOf('a.md', '# One\n# One\n| a | |\n| --- | --- |\n[to](nowhere.md) and [to](#two), {name}\n' + 'on and '.repeat(200), scratch);
if (broken.length !== 6) throw new Error(`of six faults these were found: ${broken.join('; ')}`);

/** Runs the rules on `domains` alone and looks through every page; the folder it wrote. */
function inspect(name, domains) {
  const brief = path.join(scratch, `${name}.facts`);
  const dir = path.join(scratch, name);
  fs.writeFileSync(brief, `domains: ${JSON.stringify(domains)}\n`);
  run(['run', rules, brief, '-o', dir]);
  const files = fs.readdirSync(dir, { recursive: true }).filter((f) => f.endsWith('.md'));
  const faults = files.flatMap((f) => faultsOf(f, fs.readFileSync(path.join(dir, f), 'utf8'), dir));
  console.log(`${name}: ${files.length} Markdown files, ${faults.length} faults`);
  wrong.push(...faults.map((f) => `${name}: ${f}`));
  return dir;
}

const names = [...packs.keys()];
for (const [name, pack] of packs) {
  pack.text = fs.readFileSync(path.join(inspect(name, [pack.domain]), 'ARCHITECTURE.md'), 'utf8');
  pack.product = pack.text.match(/^# (.*): architecture$/m)[1];
}
for (const [i, a] of names.entries()) {
  for (const b of names.slice(i + 1)) {
    fs.rmSync(inspect(`${a} with ${b}`, [packs.get(a).domain, packs.get(b).domain]), { recursive: true });
  }
}

// ---- what any two documents share

/** Lines with the product's name masked; what has neither letter nor digit is markup, and no content to share. */
function linesOf({ text, product }) {
  const words = product.toLowerCase();
  const masked = text.replaceAll(product, '@').replaceAll(words.replace(/\W+/g, '-'), '@').replaceAll(words.replace(/\W+/g, '_'), '@');
  return masked.split('\n').map((l) => l.trim()).filter((l) => /[\p{L}\p{N}]/u.test(l));
}

/** The lines of `b` that `a` has as well, each as often as both have it. */
function shared(a, b) {
  const left = new Map();
  for (const l of a) left.set(l, (left.get(l) ?? 0) + 1);
  return b.filter((l) => { const n = left.get(l) ?? 0; if (n > 0) left.set(l, n - 1); return n > 0; });
}

const pairs = names.flatMap((a, i) => names.slice(i + 1).map((b) => {
  const [left, right] = [linesOf(packs.get(a)), linesOf(packs.get(b))];
  const common = shared(left, right);
  return { a, b, common, share: common.length / Math.min(left.length, right.length), left, right };
})).sort((p, q) => q.share - p.share);

for (const p of pairs.slice(0, 10)) {
  console.log(`${(100 * p.share).toFixed(1)} % shared: ${p.a} (${p.left.length} lines), ${p.b} (${p.right.length}), ${p.common.length} equal`);
}
for (const p of pairs.filter((q) => q.share >= mostShared)) {
  wrong.push(`${p.a} and ${p.b} share ${p.common.length} of ${Math.min(p.left.length, p.right.length)} lines, a third is too much`);
}
if (process.env.ARCHVM_PACKS_SHARED && pairs.length > 0) fs.writeFileSync(process.env.ARCHVM_PACKS_SHARED, `${pairs[0].common.join('\n')}\n`);

// ---- what a folder declares is named nowhere else: without it, and without the files about it, the rules compile

/** The errors of the rules without the folder `name` of rules/domains, and with `more` rules. */
function complaintsWithout(name, more = '') {
  const rest = path.join(scratch, 'rest');
  fs.cpSync(rules, rest, { recursive: true, filter: (f) => !f.endsWith('_test.arch') && !f.endsWith(`with_${name}.arch`) && path.relative(rules, f) !== path.join('domains', name) });
  if (more !== '') fs.writeFileSync(path.join(rest, 'more.arch'), more);
  const r = spawnSync(archvm, ['check', rest], { encoding: 'utf8' });
  fs.rmSync(rest, { recursive: true });
  return r.status === 0 ? [] : r.stderr.concat(r.stdout).split('\n').filter((l) => / error: /.test(l)).map((l) => l.replace(`${rest}/`, 'rules/'));
}
const folders = fs.readdirSync(path.join(rules, 'domains'));
for (const f of folders) wrong.push(...complaintsWithout(f).map((c) => `only rules/domains/${f} declares it: ${c}`));
const stray = complaintsWithout('trading', 'module more\nuse intake\nfunc is_stray(): bool = Trading in domains\n');
if (stray.length !== 1 || !stray[0].includes('Trading')) throw new Error(`a rule that names a domain is not found: ${stray.join('; ')}`);

// ---- a folder more, and nothing else, is a pack: the one that docs/packs.md shows

const folder = path.join(source, 'tests/rules/pack_folder');
const shown = [...fs.readFileSync(path.join(source, 'docs/packs.md'), 'utf8').matchAll(/```text\n(module [^`]*)```/g)].map((m) => m[1]);
const kept = fs.readdirSync(folder).map((f) => fs.readFileSync(path.join(folder, f), 'utf8'));
if (shown.length === 0) wrong.push('docs/packs.md shows no pack');
for (const text of shown) if (!kept.includes(text)) wrong.push('docs/packs.md shows a file that is none of tests/rules/pack_folder');

const brief = path.join(scratch, 'bees.txt');
fs.writeFileSync(brief, 'We want a register in which beekeepers write down what they give to their bees, and the kilos of honey.\n');
run(['run', rules, folder, brief, '-o', path.join(scratch, 'bees')]);
const written = (file) => fs.readFileSync(path.join(scratch, 'bees', file), 'utf8');
const expected = { // file -> what the folder alone brings into it
  'intake.json': ['"Beekeeping"', '"bee inspector"', '"Scheduled jobs"', '"Hive inspections"', '"Honey harvest"', '"enter an inspection"', '"weather service"'],
  'ARCHITECTURE.md': [
    '# Hivebook: architecture', '#### hives', '**apiary_id**', '| husbandry | hives, their courses and their honey |', 'running --> broken_off : break off',
    '| finish | running | finished | finish-treatments |', '| End of courses | each day at 03:00 UTC', '| courses_broken_off_ratio |', '### Whose the history of a sold hive is',
    'COURSE_OVER', 'beekeeper, bee inspector and administrator', 'honey_harvested_kg_total', 'features include Hive inspections: many look, few change', 'honey before its time', 'enter treatment',
  ],
  'openapi.yaml': ['  /v1/treatments/{treatment_id}/break-off:', '  /v1/apiaries:'],
  'migrations/0001_initial_schema.up.sql': ['CREATE TABLE "treatments"', 'CREATE TRIGGER "treatments_status_moves"'],
  'verification/nightly.sql': ["'treatments_one_course_at_a_time'"],
  'diagrams/erd.mmd': ['hives ||--o{ treatments'],
  'diagrams/system.mmd': ['residue_laboratory["Residue laboratory'],
  'docs/adr/README.md': ['Whose the history of a sold hive is'],
  'runbooks/residue-laboratory-failures.md': ['esidue laboratory'],
};
for (const [file, texts] of Object.entries(expected)) {
  const text = written(file);
  for (const t of texts) if (!text.includes(t)) wrong.push(`tests/rules/pack_folder: ${file} does not show ${t}`);
}
for (const file of fs.readdirSync(path.join(scratch, 'bees'), { recursive: true }).filter((f) => f.endsWith('.md'))) {
  wrong.push(...faultsOf(file, written(file), path.join(scratch, 'bees')).map((f) => `tests/rules/pack_folder: ${f}`));
}

const features = choices(JSON.parse(run(['schema', rules, folder])).properties.features);
if (features.length <= 64) wrong.push(`${features.length} features: a set of more than a machine word has bits is not put to the test`);

if (packs.size === 0) wrong.push('no pack was found');
for (const w of wrong.slice(0, 60)) console.log(w);
if (wrong.length > 60) console.log(`... and ${wrong.length - 60} more`);
console.log(`${packs.size} packs, ${pairs.length} pairs, ${wrong.length} wrong`);
process.exit(wrong.length === 0 ? 0 : 1);
