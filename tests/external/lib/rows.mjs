// rows.mjs MIGRATIONS SCRIPT: applies the up migrations to a throwaway PostgreSQL, runs each block of SCRIPT in a transaction of
// its own as the role `app`, takes the down migrations back. A block begins with what must come of it:
//
//   -- setup                  runs as the owner of the database, must succeed
//   -- passes: words          must succeed
//   -- finds VALUE: words     the last statement returns VALUE
//   -- refused PATTERN: words must fail with a message that matches PATTERN
//   -- nightly NAME N: words  the promise NAME of verification/nightly.sql finds N broken rows, after what the block does
import fs from 'node:fs';
import path from 'node:path';
import { startPg } from './sql.mjs';
import { run, tmpFile } from './util.mjs';

const [migrations, script] = process.argv.slice(2);
const pg = startPg();
if (!pg) { console.log('SKIP rows: no PostgreSQL'); process.exit(77); }

function psql(user, sql) {
  const file = tmpFile('in.sql', sql);
  return run(`${pg.b}/psql`, ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', pg.sock, '-U', user, '-d', 'rows', '-f', file]);
}
function must(what, r) { if (r.rc) { console.log(`FAIL ${what}: ${r.err.trim()}`); process.exit(1); } }

must('createdb', run(`${pg.b}/createdb`, ['-h', pg.sock, '-U', 'postgres', 'rows']));
const files = fs.readdirSync(migrations).sort();
for (const f of files.filter((n) => n.endsWith('.up.sql'))) must(f, psql('postgres', fs.readFileSync(path.join(migrations, f), 'utf8')));
must('role', psql('postgres', 'CREATE ROLE app LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app;'));

let failed = 0, ran = 0;
for (const block of fs.readFileSync(script, 'utf8').split(/\n\s*\n/)) {
  const lines = block.trim().split('\n');
  const head = lines.find((l) => /^-- (setup|passes|finds|refused|nightly)/.test(l));
  if (!head) continue;
  const [, way, arg, words] = /^-- (setup|passes|finds|refused|nightly)(?: (.+?))?(?:: (.*))?$/.exec(head);
  const sql = `BEGIN;\n${lines.slice(lines.indexOf(head) + 1).join('\n')}\n${way === 'refused' ? 'SET CONSTRAINTS ALL IMMEDIATE;\n' : ''}COMMIT;`;
  let r = psql(way === 'setup' || way === 'nightly' ? 'postgres' : 'app', sql);
  if (way === 'nightly' && r.rc === 0) r = psql('postgres', fs.readFileSync(path.join(migrations, '../verification/nightly.sql'), 'utf8'));
  const say = words ?? arg ?? way;
  ran++;
  let wrong = '';
  if (way === 'refused') wrong = r.rc === 0 ? 'was let through' : new RegExp(arg).test(r.err) ? '' : `refused with another message: ${r.err.trim()}`;
  else if (r.rc) wrong = `failed: ${r.err.trim()}`;
  else if (way === 'nightly') wrong = r.out.split('\n').includes(arg.replace(' ', '|')) ? '' : `found ${r.out.trim().replaceAll('\n', ', ')}`;
  else if (way === 'finds' && r.out.trim().split('\n').pop() !== arg) wrong = `found ${r.out.trim()}, not ${arg}`;
  if (wrong) { failed++; console.log(`FAIL ${say}: ${wrong}`); }
}
must('leave', psql('postgres', 'DROP OWNED BY app;'));
for (const f of files.filter((n) => n.endsWith('.down.sql')).reverse()) must(f, psql('postgres', fs.readFileSync(path.join(migrations, f), 'utf8')));
console.log(`rows ${path.basename(script)}: ${ran - failed} of ${ran} as they must be`);
process.exitCode = failed ? 1 : 0;
