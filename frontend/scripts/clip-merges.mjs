/**
 * Writes CLIP's table of merges in a compact form: `node scripts/clip-merges.mjs merges.txt OUTPUT.bin`.
 *
 * The input is the table of OpenAI's CLIP (https://github.com/openai/CLIP, MIT licence) as Hugging Face's
 * tokenizers and ComfyUI's comfy/sd1_tokenizer/merges.txt have it: a version line, then two tokens a line.
 * The output is two unsigned 16-bit numbers (little-endian) a line, the ids of both tokens: 0 to 255 is a byte,
 * 256 to 511 a byte at the end of a word, 512 + n what line n makes.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const [source, output] = process.argv.slice(2);
if (source === undefined || output === undefined)
  throw new Error("usage: node scripts/clip-merges.mjs merges.txt OUTPUT.bin");

const BYTES = 256;
const END = "</w>";

/** Return the character that stands for each byte: itself if it can be printed, else one from 256 on. */
function charactersOfBytes() {
  const isPrintable = (byte) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173);
  let next = BYTES;
  return Array.from({ length: BYTES }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}

const text = readFileSync(source, "utf8");
const characters = charactersOfBytes();
const ids = new Map([...characters, ...characters.map((one) => one + END)].map((token, id) => [token, id]));
const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#version"));
const merges = new Uint8Array(lines.length * 4);
const view = new DataView(merges.buffer);
for (const [place, line] of lines.entries()) {
  const pair = line.split(" ");
  for (const [side, token] of pair.entries()) {
    const id = ids.get(token);
    if (id === undefined || side > 1) throw new Error(`line ${place + 2} has an unknown token: ${line}`);
    view.setUint16(place * 4 + side * 2, id, true);
  }
  if (ids.has(pair.join(""))) throw new Error(`line ${place + 2} makes a token that is known: ${line}`);
  ids.set(pair.join(""), BYTES * 2 + place);
}
writeFileSync(output, merges);
const digest = (data) => createHash("sha256").update(data).digest("hex");
console.log(`${lines.length} merges, ${merges.length} bytes`);
console.log(`source ${digest(text)}\noutput ${digest(merges)}`);
