/**
 * Fails the build if the JavaScript of a first visit exceeds its budget, or that of a page its own.
 *
 * A first visit loads the entry and its static imports, gzipped. Pages are loaded on demand.
 */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_BYTES = 250 * 1024;
const PAGE_BUDGET_BYTES = 120 * 1024;

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, seen);
  return seen;
}

const gzipped = (key) => gzipSync(readFileSync(new URL(manifest[key].file, dist)), { level: 9 }).length;
const total = (keys) => [...keys].reduce((sum, key) => sum + gzipped(key), 0);
const inKilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
if (entry === undefined) throw new Error("the manifest has no entry");
const initial = closure(entry);
const failures = [];

const initialBytes = total(initial);
console.log(`initial JavaScript: ${inKilobytes(initialBytes)} of ${inKilobytes(BUDGET_BYTES)} gzipped`);
if (initialBytes > BUDGET_BYTES) failures.push("the initial JavaScript is over its budget");

for (const key of Object.keys(manifest).filter((name) => manifest[name].isDynamicEntry)) {
  const bytes = total([...closure(key)].filter((name) => !initial.has(name)));
  console.log(`  ${key}: +${inKilobytes(bytes)}`);
  if (bytes > PAGE_BUDGET_BYTES) failures.push(`${key} is over ${inKilobytes(PAGE_BUDGET_BYTES)}`);
}

if (failures.length > 0) {
  console.error(failures.join("\n"));
  process.exit(1);
}
