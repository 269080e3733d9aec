// providers.mjs NODE_MODULES TARGET OUTDIR...: the maker of config/providers/*.json; see providers.sh.
//
// In an extract a name stands for what may be written below it:
//   "?string" "!list"   an optional or a required argument, and the kind of its value
//   "="                 known after apply: read it, never set it
//   {"": "?block", ...} a nested block and what is in it; "?block1" at most one; "?nested" an argument that holds an object
//                       or a list of them; "?either" one that may be written in both ways
import fs from 'node:fs';
import path from 'node:path';
import { reader } from './hclbody.mjs';

const [modules, target, ...outdirs] = process.argv.slice(2);

const used = new Set();
for (const dir of outdirs) {
  for (const f of fs.readdirSync(dir, { recursive: true })) {
    if (!f.endsWith('.tf')) continue;
    for (const item of reader(fs.readFileSync(path.join(dir, f), 'utf8'))) if (item.block && /^(resource|data)$/.test(item.name)) used.add(`${item.name === 'data' ? 'data.' : ''}${item.labels[0]}`);
  }
}

const upper = (s) => s[0].toUpperCase() + s.slice(1);
const kinds = { string: 'string', number: 'number', boolean: 'bool', any: 'any', anyMap: 'map', stringMap: 'map', numberMap: 'map', booleanMap: 'map', stringList: 'list', numberList: 'list', booleanList: 'list' };
const sourceOf = (file) => fs.readFileSync(file, 'utf8').replace(/^\/\/# sourceMappingURL.*$/m, '');
const filesOf = (dir, end) => fs.readdirSync(dir, { recursive: true }).filter((f) => f.endsWith(end)).sort().map((f) => sourceOf(path.join(dir, f))).join('\n');

// One resource of a package made by cdktf: what may be set stands in the functions that write HCL, what must be in the
// interfaces, and what is only read in the comments that the generator left above the getters.
function cdktfResource(dir, protocol6) {
  const js = filesOf(dir, '.js'); const dts = filesOf(dir, '.d.ts');
  const required = new Map();
  for (const m of dts.matchAll(/^export interface (\w+)[^{]*\{([\s\S]*?)^\}/gm)) {
    required.set(m[1], new Set([...m[2].matchAll(/#(\w+) [\w#]+\}\s*\*\/\s*readonly \w+(\??):/g)].filter((p) => !p[2]).map((p) => p[1])));
  }
  const struct = new Map();
  for (const m of js.matchAll(/^function (\w+)ToHclTerraform\(struct\) \{([\s\S]*?)^\}/gm)) struct.set(upper(m[1]), m[2]);
  const reads = new Map();
  for (const m of js.matchAll(/^class (\w+?)(?:OutputReference)? extends [\w.]+ \{([\s\S]*?)^\}/gm)) {
    reads.set(m[1], [...m[2].matchAll(/\/\/ (\w+) - computed: true, optional: false, required: false/g)].map((x) => x[1]));
  }
  const fields = (name, body, seen) => {
    const out = {};
    for (const a of body.matchAll(/^ {8,12}(\w+): \{\s*value: ([^\n]*),\s*isBlock: (true|false),\s*type: "(\w+)",\s*storageClassType: "([^"]*)"/gm)) {
      const [, key, value, block, type, storage] = a;
      const must = required.get(name)?.has(key) ? '!' : '?';
      if (block === 'false') { out[key] = must + (kinds[storage] || (type === 'simple' ? 'any' : type)); continue; }
      const of = upper(value.match(/(\w+)ToHclTerraform/)[1]);
      const repeated = /listMapperHcl\([\w.]+, true\)/.test(value);
      const listed = /listMapperHcl\([\w.]+, false\)|hashMapperHcl/.test(value);
      const how = repeated ? 'block' : key === 'timeouts' ? 'either' : listed || type === 'struct' ? (protocol6 ? 'nested' : 'either') : 'block1';
      if (seen.includes(of) || !struct.has(of)) { out[key] = `${must}any`; continue; }
      out[key] = { '': must + how, ...fields(of, struct.get(of), [...seen, of]) };
    }
    for (const key of reads.get(name) || []) out[key] ??= '=';
    return out;
  };
  const own = js.match(/^class (\w+) extends cdktf\.Terraform(?:Resource|DataSource) \{([\s\S]*?)^\}/m);
  const synthesis = own[2].slice(own[2].indexOf('synthesizeHclAttributes'));
  required.set(own[1], required.get(`${own[1]}Config`) || new Set());
  const out = fields(own[1], synthesis, []);
  // Added by the generator to what older providers return; nobody sets it.
  out.id = '=';
  return out;
}

function cdktf(name) {
  const dir = path.join(modules, `@cdktf/provider-${name}`);
  const about = JSON.parse(fs.readFileSync(path.join(dir, 'package.json'), 'utf8'));
  const out = { package: `${about.name} ${about.version}`, version: about.cdktf.provider.version, resources: {} };
  // These two speak the sixth protocol throughout: whatever is nested is an argument.
  const protocol6 = /^(cloudflare|helm)$/.test(name);
  for (const folder of fs.readdirSync(path.join(dir, 'lib'), { withFileTypes: true })) {
    if (!folder.isDirectory() || folder.name === 'provider') continue;
    const at = path.join(dir, 'lib', folder.name);
    const type = sourceOf(path.join(at, 'index.js')).match(/\.tfResourceType = "(\w+)";/)?.[1];
    const key = type && (folder.name.startsWith(`data-${name}`) ? `data.${type}` : type);
    if (used.has(key)) out.resources[key] = cdktfResource(at, protocol6);
  }
  return out;
}

// A package made for Pulumi has the same names in another case; only the names of repeated blocks stand in the plural.
function pulumi(name, version) {
  const dir = path.join(modules, `@pulumi/${name}`);
  const about = JSON.parse(fs.readFileSync(path.join(dir, 'package.json'), 'utf8'));
  const snake = (s) => s.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
  const inputs = sourceOf(path.join(dir, 'types/input.d.ts'));
  const interfaces = (text) => new Map([...text.matchAll(/^export interface (\w+) \{([\s\S]*?)^\}/gm)].map((m) => [m[1], m[2].replace(/\/\*\*[\s\S]*?\*\//g, '')]));
  const nested = interfaces(inputs);
  const fields = (body) => {
    const out = {};
    for (const m of body.matchAll(/^ {4}(\w+)(\??): ([\s\S]*?);$/gm)) {
      const must = m[2] ? '?' : '!'; const of = m[3].match(/inputs\.(\w+)/)?.[1];
      if (of) out[snake(m[1]).replace(/s$/, '')] = { '': `${must}${/\[\]/.test(m[3]) ? 'block' : 'block1'}`, ...fields(nested.get(of)) };
      else out[snake(m[1])] = must + (/\[\]/.test(m[3]) ? 'list' : /\[key/.test(m[3]) ? 'map' : /boolean/.test(m[3]) ? 'bool' : /<number/.test(m[3]) ? 'number' : 'string');
    }
    return out;
  };
  const out = { package: `${about.name} ${about.version}`, version, resources: {} };
  for (const f of fs.readdirSync(dir).filter((x) => x.endsWith('.d.ts'))) {
    const text = sourceOf(path.join(dir, f));
    for (const [n, body] of interfaces(text)) {
      const type = `${name}_${snake(n.replace(/Args$/, '')).replace(/^_/, '')}`;
      if (!n.endsWith('Args') || !used.has(type)) continue;
      const own = fields(body);
      const cls = text.match(/^export declare class [\s\S]*?^\}/m)[0];
      for (const m of cls.matchAll(/readonly (\w+): pulumi\.Output</g)) if (!(snake(m[1]) in own) && !(snake(m[1]).replace(/s$/, '') in own)) own[snake(m[1])] = '=';
      out.resources[type] = { ...own, id: '=' };
    }
  }
  return out;
}

const { dependencies } = JSON.parse(fs.readFileSync(path.join(target, 'packages.json'), 'utf8'));
for (const name of Object.keys(dependencies)) {
  const short = name.replace(/^@cdktf\/provider-|^@pulumi\//, '');
  const made = name.startsWith('@cdktf/') ? cdktf(short) : pulumi(short, '1.49.1');
  const file = path.join(target, `${short}.json`);
  const lines = Object.entries(made.resources).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => `    ${JSON.stringify(k)}: ${JSON.stringify(v)}`);
  fs.writeFileSync(file, `{\n  "package": ${JSON.stringify(made.package)},\n  "version": ${JSON.stringify(made.version)},\n  "resources": {\n${lines.join(',\n')}\n  }\n}\n`);
  console.log(`${short} ${made.version}: ${lines.length} of ${[...used].filter((u) => u.replace('data.', '').startsWith(`${short}_`)).length} used, ${fs.statSync(file).size} bytes`);
}
