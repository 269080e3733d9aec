// Whether an alert can fire at all: made-up series of every metric its expression names, and promtool's own evaluation over
// them. An expression whose labels never meet, or whose parts exclude each other, is valid and fires for nothing.
import fs from 'node:fs';
import path from 'node:path';
import YAML from 'yaml';
import { run, short, tmpDir } from './util.mjs';

const seconds = (d) => [...String(d || '0s').matchAll(/(\d+)(ms|[smhdwy])/g)].reduce((n, [, v, u]) => n + v * { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400, w: 604800, y: 31536000 }[u], 0);
const WORDS = /^(by|without|on|ignoring|group_left|group_right|bool|and|or|unless|offset|inf|nan|sum|min|max|avg|count|topk|bottomk|quantile|stddev|stdvar|group|count_values)$/i;

// Each metric with its matchers; names before a bracket that call are functions, names inside by () are labels.
function selectors(expr) {
  const bare = expr.replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ');
  const out = [];
  for (const m of bare.matchAll(/(?<![\w"{,=~.])([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?(?!\s*[\w(:])/g)) {
    if (WORDS.test(m[1])) continue;
    const matchers = [...(m[2] || '').matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"/g)].map((x) => ({ label: x[1], op: x[2], value: x[3] }));
    out.push({ metric: m[1], matchers });
  }
  return out;
}
// A value that a regular expression of this kind (alternatives, dots, stars) matches.
const example = (re) => re.split('|')[0].replace(/[()^$]/g, '').replace(/\\\\(.)/g, '$1').replace(/\.[*+]/g, 'x').replace(/\[(.)[^\]]*\]\+?/g, '$1').replace(/\./g, '0');
const labelled = (s) => s.matchers.map((m) => [m.label, m.op === '=' ? m.value : m.op === '=~' ? example(m.value) : 'other']);

// high: much of everything, long ago; low: nothing, in the far future; one: in between; absent: no series at all.
const LEVELS = ['high', 'low', 'one', 'absent'];
function series(all, level, steps) {
  const out = new Map();
  for (const s of all) {
    // A selector without matchers beside one that has them reads the same series.
    if (!s.matchers.length && all.some((o) => o.metric === s.metric && o.matchers.length)) continue;
    const at = level(s.metric);
    if (at === 'absent') continue;
    const put = (labels, values) => out.set(`${s.metric}{${labels.map(([k, v]) => `${k}="${v}"`).join(',')}}`, values);
    const own = labelled(s);
    if (/_bucket$/.test(s.metric)) {
      const grows = `0+1000x${steps}`; const none = `0x${steps}`;
      for (const [le, v] of [['0.000001', at === 'high' ? none : grows], ['1000000000', grows], ['+Inf', grows]]) put([...own, ['le', le]], v);
    } else if (/(_total|_count|_sum)$/.test(s.metric)) put(own, at === 'high' ? `0+100000x${steps}` : at === 'one' ? `0+1x${steps}` : `0x${steps}`);
    else if (/timestamp|expiry/.test(s.metric)) put(own, `${at === 'high' ? -1e12 : at === 'one' ? 1 : 1e12}x${steps}`);
    else put(own, `${at === 'high' ? 1e9 : at === 'one' ? 1 : 0}x${steps}`);
  }
  return [...out].map(([name, values]) => ({ series: name, values }));
}

// The names of the alerts of these groups that no made-up series makes fire.
export function silentAlerts(groups) {
  const dir = tmpDir('firing');
  const records = groups.flatMap((g) => (g.rules || []).filter((r) => r.record));
  let left = groups.flatMap((g) => (g.rules || []).filter((r) => r.alert)).map((rule, n) => {
    const all = [...selectors(rule.expr), ...records.flatMap((r) => selectors(r.expr))];
    return { rule, n, all, metrics: [...new Set(all.map((s) => s.metric))].slice(0, 3) };
  });
  const tried = Math.max(1, ...left.map((a) => LEVELS.length ** a.metrics.length));
  for (let k = 0; k < tried && left.length; k++) {
    const files = [];
    for (const a of left) {
      if (k >= LEVELS.length ** a.metrics.length) continue;
      const level = (m) => LEVELS[Math.floor(k / LEVELS.length ** Math.max(0, a.metrics.indexOf(m))) % LEVELS.length];
      const range = Math.max(300, ...[...a.rule.expr.matchAll(/\[(\w+)/g)].map((m) => seconds(m[1])));
      const step = Math.max(60, Math.ceil(range / 60 / 60) * 60); // as many samples for a day as for an hour
      const minutes = Math.min(step, 240) / 60;
      const total = Math.ceil((seconds(a.rule.for) + range) / 60 / minutes) * minutes + 5 * minutes;
      fs.writeFileSync(path.join(dir, `rule-${a.n}.yml`), YAML.stringify({ groups: [{ name: 'g', rules: [...records, { ...a.rule, annotations: {} }] }] }));
      const file = `test-${a.n}.yml`; files.push(file);
      fs.writeFileSync(path.join(dir, file), YAML.stringify({
        rule_files: [`rule-${a.n}.yml`], evaluation_interval: `${minutes}m`,
        tests: [{ interval: `${minutes}m`, input_series: series(a.all, level, Math.ceil(total / minutes) + 2),
          promql_expr_test: [{ expr: `count(ALERTS{alertname="${a.rule.alert}",alertstate="firing"}) >= bool 1`, eval_time: `${total}m`, exp_samples: [{ labels: '{}', value: 1 }] }] }],
      }));
    }
    if (!files.length) break;
    // One stream: which file failed is said by the line before.
    const said = run('sh', ['-c', 'exec promtool test rules "$@" 2>&1', 'sh', ...files], { cwd: dir }).out;
    const failed = new Set(); let at = null; let ok = 0;
    for (const line of said.split('\n')) {
      const u = line.match(/Unit Testing:\s+(\S+)/); if (u) at = u[1];
      if (/FAILED/.test(line) && at) failed.add(at);
      if (/SUCCESS/.test(line)) ok++;
    }
    if (!ok && !failed.size) return { silent: [], error: short(said) };
    left = left.filter((a) => !files.includes(`test-${a.n}.yml`) || failed.has(`test-${a.n}.yml`));
  }
  return { silent: left.map((a) => a.rule.alert), error: null };
}
