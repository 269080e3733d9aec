// expect.mjs REPORT.json EXPECT.tsv: every expected failure is there, and no other. A row whose tool
// is not on this machine is said to be skipped.
import fs from 'node:fs';

const [reportFile, expectFile] = process.argv.slice(2);
const report = JSON.parse(fs.readFileSync(reportFile, 'utf8'));
const rows = fs.readFileSync(expectFile, 'utf8').trim().split('\n').map((line) => line.split('\t'));
let passed = 0;
let failed = 0;
const say = (good, message) => {
  if (good) passed++; else failed++;
  console.log(`${good ? 'ok' : 'not ok'} - ${message}`);
};
const used = new Set();
for (const [place, kind, pattern] of rows) {
  const result = report.results.find((r) => (r.line ? `${r.file}:${r.line}` : r.file) === place);
  const good = result?.status === 'FAIL' && result.kind === kind && new RegExp(pattern, 'i').test(result.errors.join(' ; '));
  if (result) used.add(result);
  if (!good && result?.absent) { console.log(`ok - bad ${place} # SKIP ${result.absent}`); continue; }
  const got = result ? `${result.status} ${result.kind} ${result.errors.join(' ; ')}` : 'nothing';
  say(good, `bad ${place} [${kind}]${good ? '' : ` wanted /${pattern}/ got ${got}`}`);
}
for (const r of report.results) {
  if (r.status === 'FAIL' && !used.has(r)) say(false, `unexpected FAIL ${r.file}${r.line ? `:${r.line}` : ''} ${r.errors[0]}`);
}
console.log(`COUNT ${passed} ${failed}`);
process.exit(failed ? 1 : 0);
