/**
 * Writes the name of the build into dist/sw.js: browsers install a service worker again when its bytes change.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const dist = new URL("../dist/", import.meta.url);
const file = new URL("sw.js", dist);
const PLACE = 'const BUILD = "development"';

const worker = readFileSync(file, "utf8");
if (!worker.includes(PLACE)) throw new Error(`sw.js has no ${PLACE}`);
const page = readFileSync(new URL("index.html", dist));
const build = createHash("sha256").update(page).update(worker).digest("hex").slice(0, 16);
writeFileSync(file, worker.replace(PLACE, `const BUILD = "${build}"`));
