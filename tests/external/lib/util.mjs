// Shared helpers: running tools, results, template-mark checks.
import { spawnSync } from 'node:child_process';
import { createRequire, register } from 'node:module';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const require = createRequire(import.meta.url);
export const scratch = process.env.ARCHVM_EXTERNAL_CACHE || path.join(os.tmpdir(), 'archvm-external');
fs.mkdirSync(scratch, { recursive: true });
export const work = fs.mkdtempSync(path.join(scratch, 'run-'));
fs.chmodSync(work, 0o755);
// Clean-ups run newest first, so servers stop before their files go.
const cleanups = [() => fs.rmSync(work, { recursive: true, force: true })];
export const onExit = (fn) => cleanups.unshift(fn);
process.on('exit', () => { for (const fn of cleanups) { try { fn(); } catch { /* the rest still runs */ } } });
for (const [sig, rc] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) process.on(sig, () => process.exit(rc));
export const npmRoot = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../..');
export const bin = (name) => path.join(npmRoot, 'node_modules/.bin', name);
export const configDir = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../config');

// Some packages import JSON without the attribute that Node 20 asks for.
register('data:text/javascript,' + encodeURIComponent(`
export async function load(u,c,n){ if(u.endsWith('.json')) c={...c,importAttributes:{type:'json'},format:'json'}; return n(u,c);}
export async function resolve(s,c,n){ const r=await n(s,c); if(r.url.endsWith('.json')) r.importAttributes={type:'json'}; return r;}
`));

export const isRoot = process.getuid?.() === 0;
export const tools = {};
export function pkgVersion(name) {
  try {
    return JSON.parse(fs.readFileSync(path.join(npmRoot, 'node_modules', name, 'package.json'), 'utf8')).version;
  } catch { return 'missing'; }
}
export const npmTool = (name, label = name) => {
  const v = pkgVersion(name); tools[label] = v; return `${label} ${v}`;
};
const aptSeen = {};
export function have(cmd) {
  if (!(cmd in aptSeen)) {
    aptSeen[cmd] = spawnSync('sh', ['-c', 'command -v "$0"', cmd], { encoding: 'utf8' }).stdout.trim();
  }
  return aptSeen[cmd];
}
export function sysTool(cmd, versionArgs, re, label = cmd) {
  if (!have(cmd)) return null;
  if (!tools[label]) {
    const r = run(cmd, versionArgs);
    tools[label] = ((r.out + r.err).match(re) || [])[1] || '?';
  }
  return `${label} ${tools[label]}`;
}
export function run(cmd, args, opt = {}) {
  const r = spawnSync(cmd, args, {
    encoding: 'utf8', timeout: 120000, maxBuffer: 64 << 20, ...opt,
    env: { ...process.env, LC_ALL: 'C.UTF-8', NO_COLOR: '1', CHECKPOINT_DISABLE: '1',
      REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', ...(opt.env || {}) },
  });
  return { rc: r.error ? 127 : r.status ?? 128, out: r.stdout || '', err: (r.stderr || '') + (r.error ? String(r.error) : '') };
}
export const strip = (s) => s.replace(/\x1b\[[0-9;]*[A-Za-z]/g, '');
let n = 0;
export function tmpDir(tag) { const d = path.join(work, `${tag}-${++n}`); fs.mkdirSync(d, { recursive: true }); return d; }
export function tmpFile(name, text) { const f = path.join(tmpDir('f'), name); fs.writeFileSync(f, text); return f; }
export const short = (s, max = 400) => {
  s = strip(String(s)).replace(/\s*\n\s*/g, ' | ').replaceAll(work, '').trim();
  return s.length > max ? s.slice(0, max) + '…' : s;
};

// A check returns {tool, errors:[], notes:[]}; skip:true marks "no validator for this".
export const res = (tool, errors = [], notes = [], extra = {}) => ({ tool, errors, notes, ...extra });
export const missing = (tool) => res(tool, [`tool missing: ${tool}`]);
export const merge = (...rs) => rs.filter(Boolean).reduce((a, r) => ({
  ...a, ...r,
  tool: [a.tool, r.tool].filter(Boolean).join(' + '),
  errors: [...a.errors, ...r.errors], notes: [...a.notes, ...r.notes],
}), { tool: '', errors: [], notes: [] });

// Template marks that must not survive into an artefact. kind decides what is legal.
const BRACES_LEGAL = new Set(['workflow', 'grafana', 'prometheus', 'prometheus-rules', 'alertmanager', 'alert-template', 'helm', 'shell', 'js', 'ts', 'k6', 'gotmpl', 'mermaid']);
const DOLLAR_LEGAL = new Set(['workflow', 'otel-collector', 'grafana', 'compose', 'shell', 'js', 'ts', 'k6', 'hcl', 'nginx', 'env', 'dockerfile', 'yaml', 'alertmanager', 'prometheus', 'make', 'python', 'text', 'json', 'toml']);
const UNDEFINED_LEGAL = new Set(['js', 'ts', 'k6']);
// Words of unfinished text, in pieces so that this file holds none of them.
const UNFINISHED = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X'.repeat(3), 'T' + 'BD'].join('|')})\\b`);
export let extraMark = null;
export const setExtraMark = (re) => { extraMark = re; };
export function marks(text, kind) {
  const out = [];
  text.split('\n').forEach((line, i) => {
    const hit = (re, what) => { const m = line.match(re); if (m) out.push(`unexpanded mark ${what} at line ${i + 1}: ${short(line, 100)}`); };
    if (!BRACES_LEGAL.has(kind)) hit(/\{\{[^{}\n]*\}\}/, '{{ }}');
    if (!DOLLAR_LEGAL.has(kind)) hit(/\$\{[^}\n]*\}/, '${ }');
    hit(/\{%.*%\}/, '{% %}');
    hit(/@@[A-Z_]+@@/, '@@…@@');
    hit(UNFINISHED, '(unfinished)');
    hit(/\(null\)/, '(null)');
    hit(/<no value>/, '<no value>');
    hit(/\[object Object\]/, '[object Object]');
    if (!UNDEFINED_LEGAL.has(kind)) hit(/\bundefined\b/, 'undefined');
    if (!UNDEFINED_LEGAL.has(kind)) hit(/(?<![\w./-])-?nan(?![\w/-]|\.\w)/i, 'nan');
    if (extraMark) hit(extraMark, 'custom');
  });
  return out;
}
export function walk(dir, base = dir, out = []) {
  for (const e of fs.readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (e.name === '.git' || e.name === 'node_modules') continue;
    const p = path.join(dir, e.name);
    if (e.isDirectory()) walk(p, base, out);
    else if (e.isFile()) out.push(path.relative(base, p));
  }
  return out;
}
