/**
 * Compresses the text files of the build with Brotli, each into a file beside it with the suffix `.br`.
 *
 * The API sends them (src/genonaut/web/spa.py), and gzip to clients that do not accept Brotli.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

/** Smaller files fit into one packet anyway. */
const MIN_BYTES = 1024;
const TEXT = /\.(css|html|js|json|svg)$/;

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
for (const name of readdirSync(dist, { recursive: true })) {
  if (!TEXT.test(name) || name.startsWith(".")) continue;
  const data = readFileSync(join(dist, name));
  if (data.length <= MIN_BYTES) continue;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
  };
  writeFileSync(join(dist, `${name}.br`), brotliCompressSync(data, { params }));
}
