// agree.mjs NPM OUTDIR...: whether the artefacts of one product say the same as its document and as one another.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const [npm, ...dirs] = process.argv.slice(2);
const YAML = createRequire(`${npm}/`)('yaml');
let failed = 0; let held = 0;

function product(dir) {
  const read = (f) => (fs.existsSync(path.join(dir, f)) ? fs.readFileSync(path.join(dir, f), 'utf8') : null);
  const has = (f) => fs.existsSync(path.join(dir, f));
  const list = (f) => (has(f) ? fs.readdirSync(path.join(dir, f)) : []);
  const say = (good, what) => { held++; if (!good) { failed++; console.log(`FAIL ${path.basename(dir)}: ${what}`); } };
  const same = (a, b, what) => { const [x, y] = [new Set(a), new Set(b)]; const odd = [...[...x].filter((v) => !y.has(v)), ...[...y].filter((v) => !x.has(v))]; say(!odd.length, `${what}: only on one side: ${odd.slice(0, 8).join(', ')}`); };
  const rows = (head, from = 0) => { // the rows of a table of the document, as objects; the first table behind a line
    const lines = all.split('\n'); const at = lines.findIndex((l, n) => n >= from && l.startsWith(head)); if (at < 0) return [];
    const cells = (l) => l.split(/(?<!\\)\|/).slice(1, -1).map((c) => c.trim()); const names = cells(lines[at]); const out = [];
    for (let i = at + 2; lines[i]?.startsWith('|'); i++) out.push(Object.fromEntries(cells(lines[i]).map((c, k) => [names[k], c])));
    return out;
  };
  const doc = read('ARCHITECTURE.md');
  // The document and the pages it leaves the routine to.
  const all = [doc, ...list('docs').filter((f) => f.endsWith('.md')).map((f) => read(`docs/${f}`))].join('\n');
  const decisions = JSON.parse(read('decisions.json')).decisions;
  const decided = (name) => decisions[name]?.value;

  // The diagram: the same in the document and as a file; every arrow joins two nodes.
  const system = read('diagrams/system.mmd');
  const nodes = new Map([...system.matchAll(/^\s+(\w+)\["(.*)"\]$/gm)].map((m) => [m[1], m[2]]).filter(([n]) => !new RegExp(`subgraph ${n}\\[`).test(system)));
  say(doc.includes(system.trim().split('\n').slice(1, 6).join('\n')), 'the system diagram of the document is another one than diagrams/system.mmd');
  for (const m of system.matchAll(/^\s+(\w+) -->\|".*"\| (\w+)$/gm)) say(nodes.has(m[1]) && nodes.has(m[2]), `arrow ${m[1]} to ${m[2]} has an end that is no node`);

  // Containers: stores and processes that are drawn are started, and the reverse.
  const compose = YAML.parse(read('compose.yaml'));
  for (const n of ['database', 'redis', 'jobs', 'objects', 'search']) say(nodes.has(n) === n in compose.services, `compose.yaml and the diagram disagree on ${n}`);
  const roles = Object.keys(compose.services).filter((s) => compose.services[s].build);
  const drawn = [...nodes].filter(([, l]) => / on /.test(l) && l.includes(`${compose.name}-`)).map(([, l]) => l.split(' - ')[0].replace(`${compose.name}-`, ''));
  for (const r of roles) say(r === 'events' || drawn.includes(r), `compose.yaml starts ${r}, which is not drawn`);
  const server = read('deploy/compose.yaml');
  const env = new Set(read('.env.template').split('\n').map((l) => l.split('=')[0]));
  if (server) {
    const s = YAML.parse(server).services;
    for (const r of roles) say(r in s, `deploy/compose.yaml does not start ${r}`);
    for (const m of server.matchAll(/\$\{(\w+):\?/g)) say(m[1] === 'IMAGE' || env.has(m[1]), `deploy/compose.yaml wants ${m[1]}, which .env.template does not name`);
  }

  // Infrastructure: a file for each part that is rented, and none for what is not drawn.
  if (decided('cloud') !== 'Self-hosted') {
    for (const [node, file] of [['database', 'database'], ['redis', 'redis'], ['objects', 'objects'], ['search', 'search']]) say(nodes.has(node) === has(`infra/${file}.tf`), `infra/${file}.tf and the diagram disagree`);
    const bill = rows('| Part | Launch').map((r) => r.Part);
    say(decided('primary_database') === 'Redis' || nodes.has('redis') === bill.some((p) => /^Redis$/.test(p)), 'the bill and the diagram disagree on Redis');
  } else say(has('infra/server.tf') && has('deploy/nginx/nginx.conf'), 'a server of one\'s own without its code and its proxy');

  // Alerts: the table of the document, the runbooks and the rules file.
  const number = (t) => (/\d/.test(t || '') ? Number(t.replace(/[^\d.]/g, '')) : null);
  // Duties that come due stand in a second table, beside the document.
  const beside = all.split('\n').findLastIndex((l) => l.startsWith('| Metric | Warning'));
  const first = all.split('\n').findIndex((l) => l.startsWith('| Metric | Warning'));
  const told = [...rows('| Metric | Warning'), ...(beside > first ? rows('| Metric | Warning', beside) : [])];
  const alerts = told.map((r) => ({ name: r.Runbook?.match(/\[([\w-]+)\]/)?.[1], warn: number(r.Warning), crit: number(r.Critical) }));
  say(alerts.length > 5, 'the document has no table of alerts');
  same(alerts.map((a) => `${a.name}.md`), list('runbooks'), 'runbooks and the table of alerts');
  const pascal = (n) => n.split('-').map((w) => w[0].toUpperCase() + w.slice(1)).join('');
  // An alert that pages at once has no warning.
  const ringing = alerts.flatMap((a) => [...(a.warn === null ? [] : [`${pascal(a.name)}Warning`]), `${pascal(a.name)}Critical`]);
  const rules = read('monitoring/prometheus-rules.yml');
  if (rules) {
    const all = YAML.parse(rules).groups.flatMap((g) => g.rules);
    same(all.map((r) => r.alert), ringing, 'rules of Prometheus and the table of alerts');
    for (const a of alerts) { const r = all.find((x) => x.alert === `${pascal(a.name)}Critical`); say(r && Number(r.expr.split('>').pop()) === a.crit, `${a.name}: the rule pages at ${r?.expr.split('>').pop()}, the document says ${a.crit}`); }
    const board = JSON.parse(read(`monitoring/grafana/${list('monitoring/grafana').find((f) => f.endsWith('.json'))}`));
    const lines = board.panels.flatMap((p) => (p.fieldConfig?.defaults.thresholds.steps || []).map((t) => t.value));
    for (const a of alerts) say((a.warn === null || lines.includes(a.warn)) && lines.includes(a.crit), `${a.name}: its thresholds are on no panel`);
  }
  const alarms = read('monitoring/cloudwatch-alarms.json');
  if (alarms) same(Object.keys(JSON.parse(alarms).Resources), ringing, 'alarms of CloudWatch and the table of alerts');
  const monitors = read('monitoring/datadog-monitors.json');
  if (monitors) say(JSON.parse(monitors).length === alerts.length, 'monitors of Datadog and the table of alerts differ in number');

  // Records: the index, the files and what programs read.
  const index = [...read('docs/adr/README.md').matchAll(/\]\(([^)]+\.md)\)/g)].map((m) => m[1]);
  same(index, list('docs/adr').filter((f) => f !== 'README.md'), 'records and their index');
  for (const [n, d] of Object.entries(decisions)) if (d.record) say(has(d.record), `${n} names ${d.record}, which is not there`);
  for (const n of ['architecture_pattern', 'primary_database', 'cloud', 'api_style', 'message_queue', 'token_storage']) say(decisions[n]?.record && has(decisions[n].record), `${n} has no record`);

  // Contract: the endpoints of the document, the same everywhere.
  const wanted = [...all.matchAll(/^(?:#{2,5}|\|) (GET|POST|PUT|PATCH|DELETE) (\/\S+)(?= \||$)/gm)].map((m) => `${m[1]} ${m[2].replaceAll('\\', '')}`);
  const openapi = read('openapi.yaml');
  if (openapi) same(Object.entries(YAML.parse(openapi).paths).flatMap(([p, ops]) => Object.keys(ops).map((m) => `${m.toUpperCase()} ${p}`)), wanted, 'openapi.yaml and the endpoints of the document');
  say((decided('api_style') === 'GraphQL' && wanted.length > 0) === has('schema.graphql'), 'schema.graphql is there without the decision, or the reverse');
  say(decided('api_style') !== 'gRPC' || !wanted.length || list('proto').length > 0, 'gRPC was decided and no interface written');

  // Schema: tables and diagram.
  const up = list('migrations').filter((f) => f.endsWith('.up.sql')).map((f) => read(`migrations/${f}`)).join('\n');
  if (up && has('diagrams/erd.mmd')) {
    const erd = new Set([...read('diagrams/erd.mmd').matchAll(/^\s+(\w+) \{$/gm)].map((m) => m[1]));
    const made = [...up.matchAll(/^CREATE TABLE "(\w+)"/gm)].map((m) => m[1]);
    if (erd.size) for (const t of erd) say(made.includes(t), `the ERD draws ${t}, which no migration makes`);
  }

  // Figures that stand in several places.
  const limit = (name) => all.match(new RegExp(`${name}:(?:\\*\\*)? (\\d+) a minute`))?.[1];
  const nginx = read('deploy/nginx/nginx.conf');
  if (nginx) {
    for (const [zone, name] of [['sign_in', 'password reset'], ['public', '[Pp]ublic'], ['user', '[Ss]igned in']]) say(nginx.match(new RegExp(`zone=${zone}:\\w+ rate=(\\d+)r/m`))?.[1] === limit(name), `nginx counts ${zone} otherwise than the document`);
    const hsts = rows('| Header | Value').find((r) => r.Header === 'Strict-Transport-Security')?.Value.replaceAll('`', '');
    say(!hsts || nginx.includes(hsts), 'nginx sends another HSTS than the document');
  }
  const load = read('tests/load/main.js');
  const target = all.match(/p95 within (\d[\d,]*) ms/)?.[1].replace(',', '');
  say(load && (!target || load.includes(`http_req_duration: ["p(95)<${target}"]`)), `the load test has another target than ${target} ms`);
  const days = all.match(/\*\*(\d+) d in production\*\*/)?.[1];
  const kept = [read('monitoring/loki.yaml')?.match(/retention_period: "(\d+)h"/)?.[1] / 24, read('infra/processes.tf')?.match(/retention_in_days = (\d+)/)?.[1], read('monitoring/otel-collector.yaml').match(/log_retention: (\d+)/)?.[1]].filter((v) => v);
  for (const k of kept) say(Number(k) === Number(days), `logs are kept ${k} days in one file and ${days} in the document`);
}

for (const d of dirs) {
  try { product(d); } catch (e) { failed++; console.log(`FAIL ${path.basename(d)}: ${e.stack.split('\n').slice(0, 3).join(' ')}`); }
}
console.log(`${held} agreements in ${dirs.length} products, ${failed} failed`);
process.exit(failed ? 1 : 0);
