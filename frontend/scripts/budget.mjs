// Fails when a page's first load brings more JavaScript than its budget, gzipped, in kB (1000 bytes).
// Usage: node scripts/budget.mjs <build with Vite's manifest>
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const ENTRY = 'index.html';
const BUDGETS = [
  { name: 'watch page, first load', starts: [ENTRY, 'src/routes/WatchPage.tsx'], limit: 200 },
  { name: 'home page, first load', starts: [ENTRY, 'src/routes/HomePage.tsx'], limit: 200 },
  { name: "host's session page, first load", starts: [ENTRY, 'src/routes/SessionPage.tsx'], limit: 250 },
  {
    name: 'watch page with the player',
    starts: [ENTRY, 'src/routes/WatchPage.tsx', 'src/player/Player.tsx'],
    limit: 420,
  },
];

const build = process.argv[2];
const manifest = JSON.parse(readFileSync(join(build, '.vite/manifest.json'), 'utf8'));

/** The files that the browser needs before it can run the modules. */
function filesOf(starts) {
  const seen = new Set();
  const visit = (key) => {
    const chunk = manifest[key];
    if (chunk === undefined) throw new Error(`the build has no ${key}`);
    if (seen.has(chunk.file)) return;
    seen.add(chunk.file);
    for (const imported of chunk.imports ?? []) visit(imported);
  };
  for (const start of starts) visit(start);
  return [...seen].filter((file) => file.endsWith('.js'));
}

const gzippedBytes = (file) => gzipSync(readFileSync(join(build, file)), { level: 9 }).length;

let isKept = true;
for (const { name, starts, limit } of BUDGETS) {
  const kilobytes = filesOf(starts).reduce((sum, file) => sum + gzippedBytes(file), 0) / 1000;
  isKept &&= kilobytes <= limit;
  const verdict = kilobytes <= limit ? 'ok' : 'TOO MUCH';
  process.stdout.write(`${name}: ${kilobytes.toFixed(1)} of ${limit} kB gzipped JavaScript: ${verdict}\n`);
}
process.exitCode = isKept ? 0 : 1;
