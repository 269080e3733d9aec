// schema.mjs NPM SCHEMA GOOD BAD SCHEMA BRIEF...: ajv's verdict on briefs, a line for each wrong one.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const [npm, small, good, bad, shipped, ...briefs] = process.argv.slice(2);
const require = createRequire(path.resolve(npm, 'package.json'));
const Ajv = require('ajv/dist/2020').default;
const YAML = require('yaml');

const compile = (file) =>
  new Ajv({ strict: true, allowUnionTypes: true, strictTypes: false }).compile(JSON.parse(fs.readFileSync(file, 'utf8')));
let count = 0, failed = 0;
function expect(validate, name, text, wanted) {
  count++;
  const valid = validate(YAML.parse(text) ?? {});
  if (valid === wanted) return;
  failed++;
  const why = valid ? '' : `: ${JSON.stringify(validate.errors[0])}`;
  console.log(`FAIL schema ${valid ? 'accepts' : 'refuses'} ${name}${why}`);
}

const lines = (file) => fs.readFileSync(file, 'utf8').split('\n').filter((line) => line && !line.startsWith('#'));
const validate = compile(small);
for (const line of lines(good)) expect(validate, line, line, true);
for (const line of lines(bad)) expect(validate, line, line, false);
const whole = compile(shipped);
for (const brief of briefs) expect(whole, brief, fs.readFileSync(brief, 'utf8'), true);
console.log(`${count} briefs, ${failed} judged wrongly`);
process.exit(failed ? 1 : 0);
