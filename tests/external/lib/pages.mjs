// pages.mjs NPM CONFIG PAGE...: markdownlint's verdict on the project's own pages, a line for each breach.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [npm, config, ...pages] = process.argv.slice(2);
const require = createRequire(path.resolve(npm, 'package.json'));
const { lint } = await import(pathToFileURL(require.resolve('markdownlint/promise')));
const rules = require('yaml').parse(fs.readFileSync(config, 'utf8'));

const found = await lint({ files: pages, config: rules });
let failed = 0;
for (const [page, breaches] of Object.entries(found))
  for (const b of breaches) {
    console.log(`${page}:${b.lineNumber}: ${b.ruleNames[0]} ${b.ruleDescription}${b.errorDetail ? ` [${b.errorDetail}]` : ''}`);
    failed++;
  }
console.log(`${pages.length} pages, ${failed} breaches`);
process.exit(failed || !pages.length ? 1 : 0);
