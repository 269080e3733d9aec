// The driver: walks OUTDIR, sends every file and fenced block to its validator.
import fs from 'node:fs';
import path from 'node:path';
import * as U from './util.mjs';
import { checkMermaid, renderAll } from './mermaid.mjs';
import { checkMarkdown, fences } from './markdown.mjs';
import * as C from './code.mjs';
import * as Y from './yamlkinds.mjs';
import { checkSql, stopPg } from './sql.mjs';
import { checkProviders } from './tfschema.mjs';

const argv = process.argv.slice(2);
const opt = { only: null };
let out = null;
for (let i = 0; i < argv.length; i++) {
  const a = argv[i]; const val = () => { if (++i >= argv.length) usage(`${a} wants a value`); return argv[i]; };
  if (a === '--json') opt.json = val(); else if (a === '--render') opt.render = val();
  else if (a === '--only') opt.only = new Set(val().split(',')); else if (a === '--strict') opt.strict = true;
  else if (a === '--txt-as-md') opt.txt = true; else if (a === '--nested') opt.nested = true;
  else if (a === '--quiet') opt.quiet = true; else if (a === '--notes') opt.notes = true; else if (a === '--mark') U.setExtraMark(new RegExp(val()));
  else if (a.startsWith('-')) usage(`unknown option ${a}`); else if (out) usage('one OUTDIR only'); else out = a;
}
function usage(m) { console.error(`${m}\nusage: validate.sh OUTDIR [--json report.json] [--render PNGDIR] [--only kind,kind] [--strict] [--notes] [--txt-as-md] [--nested] [--mark REGEX] [--quiet]`); process.exit(2); }
if (!out) usage('no OUTDIR'); if (!fs.existsSync(out)) usage(`no such folder: ${out}`);
const t0 = Date.now();

// Tools work on a copy: nothing is ever written into OUTDIR.
const root = path.join(U.work, 'out');
fs.cpSync(out, fs.statSync(out).isDirectory() ? root : path.join(root, path.basename(out)), { recursive: true, filter: (s) => !/(^|\/)(\.git|node_modules)$/.test(s) });
U.run('chmod', ['-R', 'a+rX', root]);

const results = [];
function add(file, line, kind, r, lang) {
  if (opt.only && !opt.only.has(kind)) return;
  let errors = [...new Set(r.errors)]; const notes = [...new Set(r.notes || [])];
  // A tool that is not here is said, not failed, unless the machine is meant to have them all.
  const absent = errors.filter((e) => e.includes('tool missing: ')).join(' ; ');
  if (absent && process.env.CI !== 'true') { errors = errors.filter((e) => !e.includes('tool missing: ')); r = { ...r, skip: true, detail: absent }; }
  if (opt.strict && notes.length) errors.push(...notes.splice(0).map((n) => `(strict) ${n}`));
  const status = errors.length ? 'FAIL' : r.skip ? 'SKIP' : 'PASS';
  const o = { file, line: line || undefined, kind, lang, status, tool: r.tool.replace(/ \+ (?= \+|$)/g, ''), detail: r.detail || undefined, errors, notes, absent: absent || undefined, png: r.png };
  results.push(o);
}
const late = []; // results that need a batch
const mermaids = []; const openapis = []; const sqlFiles = []; const sqlDocs = []; const protos = []; const hcls = [];
const wants = (k) => !opt.only || opt.only.has(k);
const withMarks = (r, text, kind) => { const m = U.marks(text, kind); return m.length ? U.merge(r, U.res('', m)) : r; };

async function yamlLike(text, rel, absFile, isBlock, isJson) {
  const y = Y.parseYaml(text);
  const kind = y.r.errors.length ? guessByName(rel) : Y.sniff(rel, y.values);
  if (!wants(kind)) return [kind, null];
  if (y.r.errors.length) return [kind, y.r];
  const file = isBlock ? U.tmpFile(isJson ? 'block.json' : 'block.yaml', text) : absFile;
  switch (kind) {
    case 'openapi': { const key = `${rel}#${openapis.length}`; openapis.push({ key, file, text }); return [kind, key]; }
    case 'compose': return [kind, Y.checkCompose(text)];
    case 'workflow': return [kind, await Y.checkWorkflow(text, rel)];
    case 'k8s': return [kind, Y.checkK8s(text)];
    case 'prometheus': case 'prometheus-rules': case 'prometheus-test': case 'prometheus-targets': {
      if (isBlock && kind === 'prometheus') { const r = Y.checkPrometheus(kind, text.replace(/^rule_files:\s*\n(\s+-.*\n)+/m, ''), U.tmpFile('block.yml', text.replace(/^rule_files:\s*\n(\s+-.*\n)+/m, ''))); return [kind, r]; }
      return [kind, Y.checkPrometheus(kind, text, file)];
    }
    case 'otel-collector': return [kind, Y.checkCollector(text)];
    case 'openslo': return [kind, Y.checkOpenSlo(text)];
    case 'alertmanager': return [kind, Y.checkAlertmanager(text, file)];
    case 'grafana-provisioning': return [kind, U.merge(y.r, Y.checkGrafanaProvisioning(y.values[0]))];
    default: return [kind, y.r];
  }
}
function guessByName(rel) {
  const b = path.basename(rel).toLowerCase();
  if (/openapi|swagger/.test(b)) return 'openapi'; if (/compose/.test(b)) return 'compose'; if (/\.github\/workflows\//.test(rel)) return 'workflow';
  if (/alertmanager/.test(b)) return 'alertmanager'; if (/^prometheus\.ya?ml$/.test(b)) return 'prometheus'; if (/(alert|rule)s?/.test(b)) return 'prometheus-rules';
  if (/k8s|kubernetes/.test(rel)) return 'k8s'; return 'yaml';
}
async function jsonLike(text, rel, absFile, isBlock) {
  const j = C.strictJson(text);
  const base = U.res('JSON.parse + yaml (duplicate keys)', j.errors);
  if (j.value === undefined) return ['json', base];
  const v = j.value;
  if (v && typeof v === 'object' && !Array.isArray(v)) {
    if (v.openapi || v.swagger) { const [k, r] = await yamlLike(text, rel, absFile, isBlock, true); return [k, typeof r === 'string' ? r : U.merge(base, r)]; }
    if ((Array.isArray(v.panels) && (v.title !== undefined || v.schemaVersion)) || Array.isArray(v.dashboard?.panels) || (/dashboard/i.test(rel) && /grafana/i.test(rel))) return ['grafana', U.merge(base, C.checkGrafana(v))];
    if (typeof v.$schema === 'string' && /json-schema\.org/.test(v.$schema)) {
      try { C.ajvFor(v).compile(v); return ['json-schema', U.merge(base, U.res('ajv'))]; } catch (e) { return ['json-schema', U.merge(base, U.res('ajv', [U.short(e.message)]))]; }
    }
    if (v.apiVersion && v.kind) { const [k, r] = await yamlLike(text, rel, absFile, isBlock, true); return [k, U.merge(base, r)]; }
  }
  // x.json beside x.schema.json
  const sf = !isBlock && absFile.replace(/\.json$/, '.schema.json');
  if (sf && sf !== absFile && fs.existsSync(sf)) {
    try { const s = JSON.parse(fs.readFileSync(sf, 'utf8')); const val = C.ajvFor(s).compile(s); const ok = val(v); return ['json', U.merge(base, U.res(`ajv with ${path.basename(sf)}`, ok ? [] : C.ajvErrors(val).slice(0, 10)))]; } catch (e) { return ['json', U.merge(base, U.res('ajv', [U.short(e.message)]))]; }
  }
  return ['json', base];
}

const LANG = { sh: 'shell', bash: 'shell', shell: 'shell', zsh: 'shell', js: 'js', javascript: 'js', mjs: 'js', cjs: 'js', ts: 'ts', typescript: 'ts', tsx: 'tsx', yaml: 'yaml', yml: 'yaml', json: 'json', jsonc: 'jsonc', graphql: 'graphql', gql: 'graphql', proto: 'proto', protobuf: 'proto', proto3: 'proto', dockerfile: 'dockerfile', docker: 'dockerfile', nginx: 'nginx', hcl: 'hcl', terraform: 'hcl', tf: 'hcl', sql: 'sql', postgresql: 'sql', postgres: 'sql', psql: 'sql', mermaid: 'mermaid', promql: 'promql', toml: 'toml', env: 'env', dotenv: 'env', python: 'python', py: 'python', csv: 'csv', markdown: 'markdown', md: 'markdown' };
async function block(rel, f, base, sqlBlocks, depth) {
  const kind = LANG[f.lang] || 'text';
  const line = base + f.line; const at = `${rel}:${line}`;
  const push = (r, k = kind) => add(rel, line, k, withMarks(r, f.text, k), f.lang || '(none)');
  if (opt.nested && depth < 3 && (kind === 'text' || kind === 'markdown')) {
    // A fence that holds fences: indented ones are pulled back to the margin.
    for (const g of fences(f.text)) if (LANG[g.lang]) await block(rel, g, line, sqlBlocks, depth + 1);
  }
  switch (kind) {
    case 'mermaid': { if (!wants(kind)) return; const r = await checkMermaid(f.text); const m = { name: at, text: f.text, r }; mermaids.push(m); late.push(() => push(m.r)); return; }
    case 'sql': sqlBlocks.push({ id: at, text: f.text }); late.push((s) => push(s.sql.get(at))); return;
    case 'proto': { const n = `block-${protos.length}.proto`; protos.push({ rel: n, text: /^\s*syntax\s*=/m.test(f.text) ? f.text : `syntax = "proto3";${f.text}` }); late.push((s) => push(s.proto.get(n))); return; }
    case 'yaml': { const [k, r] = await yamlLike(f.text, at, null, true); if (r === null) return; if (typeof r === 'string') late.push((s) => push(s.openapi.get(r), k)); else push(r, k); return; }
    case 'json': { const [k, r] = await jsonLike(f.text, at, null, true); if (typeof r === 'string') late.push((s) => push(s.openapi.get(r), k)); else push(r, k); return; }
    case 'jsonc': push(Y.parseYaml(f.text.replace(/^\s*\/\/.*$/gm, '')).r); return;
    case 'shell': push(C.checkShell(f.text, { strictLevel: 'error' })); return;
    case 'js': push(C.checkJs(f.text), C.isK6(f.text) ? 'k6' : 'js'); return;
    case 'ts': case 'tsx': push(C.checkTs(f.text, kind === 'tsx'), 'ts'); return;
    case 'graphql': push(await C.checkGraphql(f.text, { fragment: true })); return;
    case 'dockerfile': push(C.checkDockerfile(f.text)); return;
    case 'nginx': push(C.checkNginx(f.text)); return;
    case 'hcl': { const { r } = await C.parseHcl(f.text, 'block.tf'); push(r); return; }
    case 'promql': push(C.checkPromql(f.text.split(/\n\s*\n|\n(?=\S)/).map((x) => x.replace(/#.*$/gm, '').trim()).filter(Boolean).map((expr) => ({ name: expr.slice(0, 30), expr })))); return;
    case 'toml': push(C.checkToml(f.text)); return;
    case 'env': push(C.checkEnv(f.text)); return;
    case 'python': push(C.checkPython(f.text)); return;
    case 'csv': push(C.checkCsv(f.text)); return;
    default: push(U.res('template marks'));
  }
}

function classify(rel, text) {
  const b = path.basename(rel); const l = b.toLowerCase(); const ext = path.extname(l);
  if (/^(dockerfile|containerfile)([.-].*)?$/.test(l) || ext === '.dockerfile') return 'dockerfile';
  if (/^\.?env(\..*)?$/.test(l) || /\.env(\.(example|template|sample|\w+))?$/.test(l)) return 'env';
  if (ext === '.md' || ext === '.markdown' || (opt.txt && ext === '.txt')) return 'markdown';
  if (ext === '.mmd' || ext === '.mermaid') return 'mermaid';
  if (ext === '.yaml' || ext === '.yml') return 'yaml'; if (ext === '.json') return 'json';
  if (ext === '.sql') return 'sql'; if (/^\.(graphql|gql|graphqls)$/.test(ext)) return 'graphql'; if (ext === '.proto') return 'proto';
  if (/^\.(tf|tfvars|hcl)$/.test(ext)) return 'hcl'; if (/^\.(sh|bash)$/.test(ext) || /^#!.*\b(ba|da)?sh\b/.test(text)) return 'shell';
  if (/^\.(js|mjs|cjs)$/.test(ext)) return 'js'; if (ext === '.ts') return 'ts'; if (ext === '.tsx') return 'tsx';
  if (ext === '.toml') return 'toml'; if (ext === '.py') return 'python'; if (ext === '.csv') return 'csv';
  if (ext === '.conf' && (/nginx/i.test(rel) || /^\s*(server|http|upstream|events)\b[^;]*\{/m.test(text))) return 'nginx';
  if (ext === '.tmpl' || ext === '.gotmpl') return 'gotmpl';
  if (/^makefile$|\.mk$/.test(l)) return 'make';
  return 'text';
}

const files = U.walk(root).map((rel) => { const abs = path.join(root, rel); const buf = fs.readFileSync(abs); return { rel, abs, buf, bin: buf.includes(0) }; });
if (!files.length) usage('OUTDIR holds no file');
const byKind = {};
for (const f of files) {
  if (f.bin) { add(f.rel, 0, 'binary', U.res('none', [], [], { skip: true })); continue; }
  f.text = f.buf.toString('utf8');
  const bad = Buffer.compare(Buffer.from(f.text, 'utf8'), f.buf) !== 0;
  f.kind = classify(f.rel, f.text);
  if (bad) add(f.rel, 0, f.kind, U.res('UTF-8', ['not valid UTF-8']));
  if (!f.text.trim() && !/(^|\/)(\.gitkeep|__init__\.py)$/.test(f.rel)) { add(f.rel, 0, f.kind, U.res('size', ['empty file'])); continue; }
  (byKind[f.kind] ||= []).push(f);
}
// A validator that crashes has failed on this file; the others go on.
let now = '';
const guarded = async (rel, kind, fn) => {
  now = rel;
  try { return await fn(); } catch (e) { return U.res(kind, [`the validator crashed: ${U.short(String(e?.message || e))}`]); }
};
process.on('uncaughtException', (e) => { console.log(`FAIL ${'crash'.padEnd(16)} ${now} the validator crashed: ${U.short(String(e?.stack || e))}`); process.exit(1); });
const each = async (k, fn) => { for (const f of byKind[k] || []) { const r = await guarded(f.rel, k, () => fn(f)); if (r) add(f.rel, 0, r.kind || k, withMarks(r, f.text, r.kind || k)); } };

// Schemas before the operations that are checked against them.
(byKind.graphql || []).sort((a, b) => /^\s*(type|schema|scalar|interface|enum|input|extend)\b/m.test(b.text) - /^\s*(type|schema|scalar|interface|enum|input|extend)\b/m.test(a.text));
await each('graphql', (f) => (wants('graphql') ? C.checkGraphql(f.text, { siblings: byKind.graphql.filter((g) => g !== f && path.dirname(g.rel) === path.dirname(f.rel)).map((g) => g.text) }) : null));
for (const f of byKind.yaml || []) {
  if (/(^|\/)templates\/[^/]+$/.test(f.rel) && /\{\{/.test(f.text)) { add(f.rel, 0, 'helm', U.res('none: Helm template', [], [], { skip: true })); continue; }
  const got = await guarded(f.rel, 'yaml', () => yamlLike(f.text, f.rel, f.abs, false)); const [k, r] = Array.isArray(got) ? got : ['yaml', got];
  if (r === null) continue;
  if (typeof r === 'string') late.push((s) => add(f.rel, 0, k, withMarks(s.openapi.get(r), f.text, k))); else add(f.rel, 0, k, withMarks(r, f.text, k));
}
for (const f of byKind.json || []) {
  const got = await guarded(f.rel, 'json', () => jsonLike(f.text, f.rel, f.abs, false)); const [k, r] = Array.isArray(got) ? got : ['json', got];
  if (typeof r === 'string') late.push((s) => add(f.rel, 0, k, withMarks(s.openapi.get(r), f.text, k))); else if (r) add(f.rel, 0, k, withMarks(r, f.text, k));
}
if (wants('shell')) await each('shell', (f) => { const r = C.checkShell(f.text); if (!/^#!/.test(f.text)) r.errors.push('no #! line'); return r; });
if (wants('js') || wants('k6')) await each('js', (f) => { const r = C.checkJs(f.text, f.rel); return C.isK6(f.text) ? { ...r, kind: 'k6' } : r; });
if (wants('ts')) { await each('ts', (f) => C.checkTs(f.text)); await each('tsx', (f) => ({ ...C.checkTs(f.text, true), kind: 'ts' })); }
if (wants('dockerfile')) await each('dockerfile', (f) => C.checkDockerfile(f.text));
if (wants('nginx')) await each('nginx', (f) => C.checkNginx(f.text, path.dirname(f.abs)));
if (wants('env')) await each('env', (f) => C.checkEnv(f.text));
await each('toml', (f) => C.checkToml(f.text)); await each('python', (f) => C.checkPython(f.text)); await each('csv', (f) => C.checkCsv(f.text));
await each('text', () => U.res('template marks')); // plain text has no grammar that a tool could hold it to
for (const k of ['gotmpl', 'make']) await each(k, () => U.res('template marks only', [], [], { skip: true }));
if (wants('hcl')) {
  const mods = new Map();
  for (const f of byKind.hcl || []) { const p = await guarded(f.rel, 'hcl', () => C.parseHcl(f.text, path.basename(f.rel))); f.r = p.r || p; f.json = p.json; if (f.rel.endsWith('.tf') && p.json) { const d = path.dirname(f.rel); (mods.get(d) || mods.set(d, []).get(d)).push(f); } }
  for (const m of mods.values()) for (const [rel, e] of await C.hclModule(m)) { const f = m.find((x) => x.rel === rel); f.r = U.merge(f.r, U.res('', e)); }
  for (const m of mods.values()) for (const [rel, { errors, notes }] of checkProviders(m)) { const f = m.find((x) => x.rel === rel); f.r = U.merge(f.r, U.res('provider schemas', errors, notes)); }
  await each('hcl', (f) => f.r);
}
for (const f of byKind.proto || []) { protos.push(f); late.push((s) => add(f.rel, 0, 'proto', withMarks(s.proto.get(f.rel), f.text, 'proto'))); }
for (const f of byKind.sql || []) { sqlFiles.push(f); late.push((s) => add(f.rel, 0, 'sql', withMarks(s.sql.get(f.rel), f.text, 'sql'))); }
for (const f of byKind.mermaid || []) { if (!wants('mermaid')) break; const m = { name: f.rel, text: f.text, r: await checkMermaid(f.text) }; mermaids.push(m); late.push(() => add(f.rel, 0, 'mermaid', withMarks(m.r, f.text, 'mermaid'))); }
for (const f of byKind.markdown || []) {
  if (wants('markdown')) add(f.rel, 0, 'markdown', await checkMarkdown(f.rel, f.text, root));
  const sqlBlocks = [];
  for (const b of fences(f.text)) { const r = await guarded(`${f.rel}:${b.line}`, b.lang, () => block(f.rel, b, 0, sqlBlocks, 0)); if (r) add(f.rel, b.line, LANG[b.lang] || 'text', r, b.lang); }
  if (sqlBlocks.length) sqlDocs.push({ file: f.rel, blocks: sqlBlocks });
}

const s = { openapi: await Y.checkOpenapi(openapis), proto: wants('proto') && protos.length ? C.checkProto(protos) : new Map(), sql: new Map() };
for (const p of protos) if (!s.proto.has(p.rel)) s.proto.set(p.rel, U.res('', []));
if (wants('sql')) s.sql = await checkSql(sqlFiles, sqlDocs);
else { for (const f of sqlFiles) s.sql.set(f.rel, U.res('')); for (const d of sqlDocs) for (const b of d.blocks) s.sql.set(b.id, U.res('')); }
if (opt.render && mermaids.length) {
  const r = await renderAll(mermaids, opt.render);
  for (const m of mermaids) { const o = r.get(m.name); m.r = U.merge(m.r, U.res(`chromium ${U.tools.chromium || ''}`.trim(), o.error ? [`render: ${U.short(o.error)}`] : [], [], { detail: [m.r.detail, o.w ? `${o.w}x${o.h}` : ''].filter(Boolean).join(' '), png: o.png && path.basename(o.png) })); }
}
for (const fn of late) fn(s);
stopPg();

results.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : (a.line || 0) - (b.line || 0)));
const counts = {}; const total = { PASS: 0, FAIL: 0, SKIP: 0 };
for (const r of results) { (counts[r.kind] ||= { PASS: 0, FAIL: 0, SKIP: 0 })[r.status]++; total[r.status]++; }
for (const r of results) {
  if (opt.quiet && r.status !== 'FAIL') continue;
  const msg = r.status === 'FAIL' ? r.errors.slice(0, 6).join(' ; ') + (r.errors.length > 6 ? ` ; and ${r.errors.length - 6} more` : '') : [r.detail, r.notes.length ? `${r.notes.length} note${r.notes.length > 1 ? 's' : ''}${opt.notes ? `: ${r.notes.join(' ; ')}` : ''}` : ''].filter(Boolean).join('; ');
  console.log(`${r.status} ${r.kind.padEnd(16)} ${r.file}${r.line ? `:${r.line}` : ''} [${r.tool || '-'}] ${msg}`.trimEnd());
}
console.log('---');
for (const [k, c] of Object.entries(counts).sort()) console.log(`${k.padEnd(18)} ${String(c.PASS).padStart(4)} passed ${String(c.FAIL).padStart(4)} failed ${String(c.SKIP).padStart(4)} skipped`);
console.log(`${total.PASS} passed, ${total.FAIL} failed, ${total.SKIP} skipped in ${((Date.now() - t0) / 1000).toFixed(1)} s`);
if (opt.json) fs.writeFileSync(opt.json, JSON.stringify({ ok: !total.FAIL, total, counts, tools: U.tools, seconds: (Date.now() - t0) / 1000, results }, null, 1) + '\n');
if (!(total.PASS + total.FAIL)) { console.error('nothing was validated'); process.exit(2); }
process.exit(total.FAIL ? 1 : 0);
