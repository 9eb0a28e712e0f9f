/**
 * The API's types for TypeScript, and the check that they are current.
 *
 *   node scripts/api-types.mjs             write src/api/schema.d.ts from openapi.json
 *   node scripts/api-types.mjs --snapshot  first write openapi.json from `genonaut openapi`
 *   node scripts/api-types.mjs --check     fail if either file is not current
 *
 * GENONAUT_BIN names the executable. Without it, the virtual environment of the checkout and PATH are tried.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const file = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const SNAPSHOT = file("openapi.json");
const TYPES = file("src/api/schema.d.ts");

function document() {
  const inCheckout = file("../.venv/bin/genonaut");
  const program = process.env.GENONAUT_BIN ?? (existsSync(inCheckout) ? inCheckout : "genonaut");
  try {
    const text = execFileSync(program, ["openapi"], {
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
      cwd: file(".."),
    });
    return `${JSON.stringify(sorted(withoutExamples(JSON.parse(text))), null, 1)}\n`;
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

/** Remove the examples of bodies: they are no part of the types. */
function withoutExamples(served) {
  for (const operations of Object.values(served.paths))
    for (const { requestBody, responses } of Object.values(operations))
      for (const body of [requestBody, ...Object.values(responses)])
        for (const media of Object.values(body?.content ?? {})) delete media.example;
  return served;
}

/** Return the value with sorted keys, so that snapshots differ only where the API differs. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

async function types(text) {
  const ast = await openapiTS(JSON.parse(text), { alphabetize: true });
  return `// Generated from openapi.json by scripts/api-types.mjs.\n\n${astToString(ast)}`;
}

function fail(message) {
  console.error(`${message}; run: npm run api:snapshot`);
  process.exit(1);
}

const mode = process.argv[2];
const served = mode === undefined ? null : document();

if (mode === "--check") {
  const snapshot = readFileSync(SNAPSHOT, "utf8");
  if (served === null)
    console.log("api: no genonaut executable, so openapi.json was not compared with the server");
  else if (served !== snapshot) fail("openapi.json is not what the server serves");
  if ((await types(snapshot)) !== readFileSync(TYPES, "utf8"))
    fail("src/api/schema.d.ts is not generated from openapi.json");
  console.log("api: types are current");
} else {
  if (mode === "--snapshot") {
    if (served === null) fail("no genonaut executable");
    writeFileSync(SNAPSHOT, served);
  }
  writeFileSync(TYPES, await types(readFileSync(SNAPSHOT, "utf8")));
}
