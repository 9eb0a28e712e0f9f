/**
 * Writes T5's table of pieces in a compact form: `node scripts/t5-pieces.mjs tokenizer.json OUTPUT.bin`.
 *
 * The input is the tokenizer of Google's T5 v1.1 (Apache License 2.0) as Hugging Face and ComfyUI's
 * comfy/text_encoders/t5_tokenizer/tokenizer.json have it. The output has the number of pieces (32 bits); the score
 * of each (32-bit float); and each piece in the order of its bytes: how many bytes it begins like the one before,
 * how many follow (8 bits each), and these. Numbers are little-endian. Special pieces such as `</s>` are left out.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const [source, output] = process.argv.slice(2);
if (source === undefined || output === undefined)
  throw new Error("usage: node scripts/t5-pieces.mjs tokenizer.json OUTPUT.bin");

const text = readFileSync(source, "utf8");
const pieces = JSON.parse(text)
  .model.vocab.filter(([, score]) => score !== 0)
  .map(([piece, score]) => ({ bytes: Buffer.from(piece), score }))
  .toSorted((left, right) => Buffer.compare(left.bytes, right.bytes));

const head = Buffer.alloc(4 + 4 * pieces.length);
head.writeUInt32LE(pieces.length);
const parts = [head];
let before = Buffer.alloc(0);
for (const [place, { bytes, score }] of pieces.entries()) {
  if (Math.fround(score) !== score) throw new Error(`the score of piece ${place} is no 32-bit float`);
  head.writeFloatLE(score, 4 + 4 * place);
  let same = 0;
  while (same < bytes.length && bytes[same] === before[same]) same += 1;
  parts.push(Buffer.of(same, bytes.length - same), bytes.subarray(same));
  before = bytes;
}
const table = Buffer.concat(parts);
writeFileSync(output, table);
const digest = (data) => createHash("sha256").update(data).digest("hex");
console.log(`${pieces.length} pieces, ${table.length} bytes`);
console.log(`source ${digest(text)}\noutput ${digest(table)}`);
