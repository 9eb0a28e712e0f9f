/** Embeddings: how prompts name their files, and how many tokens they take. */
import type { Model } from "@/api/types";

const ENDING = /\.(safetensors|pt|bin)$/;
const stemOf = (file: string) => file.replace(ENDING, "");

/** Return how a prompt names a file: without its ending, unless two files differ only in that. */
export function nameOfFile(file: string, files: readonly string[]): string {
  const stem = stemOf(file);
  return files.filter((one) => stemOf(one) === stem).length > 1 ? file : stem;
}

/** Return what follows `embedding:` in a prompt; parentheses are escaped, as they would set a weight. */
export const nameInPrompt = (file: string, files: readonly string[] = [file]): string =>
  nameOfFile(file, files).replace(/[()]/g, String.raw`\$&`);

/** Return the file that a name means; undefined if there is none. */
export const fileOfName = (name: string, files: readonly string[]): string | undefined =>
  files.find((file) => file === name || stemOf(file) === name) ??
  files.find((file) => file.endsWith(`/${name}`) || stemOf(file).endsWith(`/${name}`));

/** Whether ComfyUI can find the file by a name in a prompt, where a space ends the name. */
export const canBeNamed = (file: string): boolean => !/\s/.test(file);

/** The tokens that an embedding takes the place of. */
export interface EmbeddingLength {
  readonly file: string;
  readonly vectors: number;
  /** False: estimated from the size of the file, which only its server can read. */
  readonly isExact: boolean;
}

/** Bytes of a vector of 32-bit numbers, as most embeddings have them. */
const BYTES_OF_VECTOR: Readonly<Record<string, number>> = { sd2: 4 * 1024, sdxl: 4 * (768 + 1280) };
const BYTES_OF_OTHERS = 4 * 768;

/** Return how many tokens an embedding takes the place of. */
export function lengthOf({ name, vectors, size_bytes: bytes, architecture }: Model): EmbeddingLength {
  if (vectors !== null) return { file: name, vectors, isExact: true };
  const estimate = Math.floor((bytes ?? 0) / (BYTES_OF_VECTOR[architecture] ?? BYTES_OF_OTHERS));
  return { file: name, vectors: Math.max(1, estimate), isExact: false };
}

export const vectorsIn = (count: number): string => (count === 1 ? "1 vector" : `${count} vectors`);
