// What a provider takes: resources, data sources, arguments, blocks and what is read of them, against config/providers/*.json.
import fs from 'node:fs';
import path from 'node:path';
import { configDir } from './util.mjs';
import { reader, objects } from './hclbody.mjs';

const providersDir = path.join(configDir, 'providers');
let schemas; // provider -> { version, package, resources }
function load() {
  schemas ||= new Map(fs.readdirSync(providersDir).filter((f) => f.endsWith('.json') && f !== 'packages.json').map((f) => [f.slice(0, -5), JSON.parse(fs.readFileSync(path.join(providersDir, f), 'utf8'))]));
  return schemas;
}
const META = { resource: /^(count|for_each|depends_on|provider|lifecycle|provisioner|connection)$/, data: /^(count|for_each|depends_on|provider|lifecycle)$/ };
// Of these no package has the schema; their resources are read over, and said to be.
const UNKNOWN = /^(timescale|rediscloud|render)_/;

const kindOf = (v) => (/^("|<<)/.test(v) ? 'string' : /^-?\d/.test(v) && /^-?[\d.]+$/.test(v) ? 'number' : /^(true|false)$/.test(v) ? 'bool' : v.startsWith('[') && balanced(v) ? 'list' : v.startsWith('{') ? 'map' : null);
function balanced(v) { // whether the bracket at the beginning closes at the end: [a][0] is no list
  let depth = 0;
  for (let i = 0; i < v.length; i++) { if (v[i] === '[') depth++; if (v[i] === ']' && !--depth) return i === v.length - 1; }
  return false;
}
// A number or truth value in quotes is converted; a list is never a text and the reverse.
const fits = (want, got) => want === 'any' || got === null || got === want || (want === 'set' && got === 'list') || (['string', 'number', 'bool'].includes(want) && ['string', 'number', 'bool'].includes(got) && !(want === 'number' && got === 'bool') && !(want === 'bool' && got === 'number'));

function body(items, schema, where, errors, meta) {
  const set = new Map();
  for (const it of items) {
    if (meta?.test(it.name)) {
      if (it.name === 'lifecycle') for (const a of it.items || []) if (a.name === 'ignore_changes' && a.value.startsWith('[')) for (const n of a.value.slice(1, -1).split(',')) { const first = n.trim().match(/^\w+/)?.[0]; if (first && !(first in schema)) errors.push(`line ${a.line}: ${where} ignores changes of ${first}, which it does not have`); }
      continue;
    }
    let { name, items: inner } = it; let many = false;
    if (it.block && name === 'dynamic') { name = it.labels[0]; inner = (it.items.find((x) => x.block && x.name === 'content') || { items: [] }).items; many = true; }
    const s = name === '' ? undefined : schema[name];
    if (s === undefined) { errors.push(`line ${it.line}: ${where} has no ${it.block ? 'block' : 'argument'} ${name}`); continue; }
    if (s === '=') { errors.push(`line ${it.line}: ${where}.${name} is known after apply and cannot be set`); continue; }
    set.set(name, (set.get(name) || 0) + 1);
    if (typeof s === 'string') {
      if (it.block) { errors.push(`line ${it.line}: ${where}.${name} is an argument, not a block`); continue; }
      const got = kindOf(it.value);
      if (!fits(s.slice(1), got)) errors.push(`line ${it.line}: ${where}.${name} takes a ${s.slice(1)}, not a ${got}`);
      continue;
    }
    const how = s[''].slice(1);
    if (it.block) {
      if (how === 'nested') { errors.push(`line ${it.line}: ${where}.${name} is an argument, not a block`); continue; }
      if (how === 'block1' && set.get(name) > 1 && !many) errors.push(`line ${it.line}: ${where} has one block ${name} at most`);
      body(inner, s, `${where}.${name}`, errors);
    } else {
      if (how.startsWith('block')) { errors.push(`line ${it.line}: ${where}.${name} is a block, not an argument`); continue; }
      for (const o of objects(it.value, it.at) || []) body(o, s, `${where}.${name}`, errors);
    }
  }
  for (const [name, s] of Object.entries(schema)) if (name && (typeof s === 'string' ? s : s[''])[0] === '!' && !set.has(name)) errors.push(`${where} lacks ${name}`);
}

// What an expression reads of a resource: aws_lb.entry.arn, google_x.y["a"].z, data.aws_z.w[0].names.
function references(text, errors) {
  const known = load();
  const code = text.replace(/^\s*(#|\/\/).*$/gm, '');
  for (const m of code.matchAll(/\b(data\.)?([a-z][a-z0-9]*)_(\w+)\.(\w+)((?:\[[^\]\n]*\]|\.\w+|\.\*)*)/g)) {
    const [, data, provider, rest, name, chain] = m;
    const schema = known.get(provider)?.resources[`${data || ''}${provider}_${rest}`];
    if (!schema) continue;
    let at = schema;
    for (const p of chain.replace(/\[[^\]]*\]/g, '').matchAll(/\.(\w+)/g)) {
      if (typeof at !== 'object') break;
      if (!(p[1] in at)) { errors.push(`${data || ''}${provider}_${rest}.${name} has no ${p[1]} to read`); break; }
      at = at[p[1]];
    }
  }
}

// checkProviders([{ rel, text }]) of one module -> Map of rel to { errors, notes }
export function checkProviders(files) {
  const known = load();
  const out = new Map(files.map((f) => [f.rel, { errors: [], notes: [] }]));
  for (const f of files) {
    const { errors, notes } = out.get(f.rel);
    const items = reader(f.text);
    for (const it of items) {
      if (it.name === 'terraform' && it.block) for (const r of it.items.filter((x) => x.name === 'required_providers')) for (const p of r.items) {
        const have = known.get(p.name); const want = p.value.match(/version\s*=\s*"~> (\d+)\.(\d+)"/);
        if (!have || !want) continue;
        const [major, minor] = have.version.split('.').map(Number);
        if (major !== Number(want[1]) || minor < Number(want[2])) errors.push(`line ${p.line}: ${p.name} ~> ${want[1]}.${want[2]} does not admit ${have.version}, whose schema it is checked with`);
      }
      if (!it.block || !/^(resource|data)$/.test(it.name)) continue;
      const [type, name] = it.labels; const provider = type.split('_')[0];
      if (type === 'terraform_data') continue;
      if (UNKNOWN.test(type)) { notes.push(`line ${it.line}: no package has the schema of ${type}`); continue; }
      const schema = known.get(provider)?.resources[`${it.name === 'data' ? 'data.' : ''}${type}`];
      if (!schema) { errors.push(`line ${it.line}: no schema of ${it.name === 'data' ? 'data source' : 'resource'} ${type}: a slip, or providers.sh is to be run`); continue; }
      body(it.items, schema, `${it.name === 'data' ? 'data.' : ''}${type}.${name}`, errors, META[it.name]);
    }
    references(f.text, errors);
  }
  return out;
}
