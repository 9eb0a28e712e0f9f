/** Images that journeys import: they need no job. */
import type { Page } from "playwright-core";
import { type File, makePng } from "./pixels";

/** Import images named after `name`; return their ids. */
export async function importImages(page: Page, name: string, count: number): Promise<readonly number[]> {
  const ids: number[] = [];
  for (let number = 1; number <= count; number += 1) {
    const file = await makePng(page, 96 + 8 * number, 96);
    const text = `${name} ${number}\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: ${number}, Size: 96x96, Model: sd15`;
    const answer = await page.request.post("/api/v1/imports", {
      multipart: { file: withParameters({ ...file, name: `${name}-${number}.png` }, text) },
    });
    const { items } = (await answer.json()) as { items: { content_id: number }[] };
    ids.push(...items.map((item) => item.content_id));
  }
  return ids;
}

const SIGNATURE_BYTES = 8;

/** Return a PNG with the text that AUTOMATIC1111 writes. */
export function withParameters(file: File, text: string): File {
  const content = Buffer.concat([Buffer.from("tEXtparameters\0", "latin1"), Buffer.from(text, "latin1")]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length - 4);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(content));
  // The header is the first chunk: 13 bytes of data and 12 around them.
  const end = SIGNATURE_BYTES + 25;
  const parts = [file.buffer.subarray(0, end), length, content, check, file.buffer.subarray(end)];
  return { ...file, buffer: Buffer.concat(parts) };
}

/** The checksum of PNG chunks: https://www.w3.org/TR/png-3/#D-CRCAppendix */
function crc32(data: Buffer): number {
  let value = 0xffffffff;
  for (const byte of data) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}
