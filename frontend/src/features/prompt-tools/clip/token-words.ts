/** Counts of tokens in words. */
import { CHUNK, type TokenCount } from "./prompt-tokens";

const rangeOf = (numbers: readonly number[]): string => {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return least === most ? String(most) : `${least} to ${most}`;
};

/** Return the counts of one prompt, or of several that were drawn, such as "62 / 75" or "92 tokens, 2 chunks". */
export function describeCounts(counts: readonly TokenCount[]): string {
  const about = counts.every(({ isExact }) => isExact) ? "" : "about ";
  const tokens = `${about}${rangeOf(counts.map((one) => one.tokens))}`;
  const chunks = counts.map((one) => one.chunks);
  return Math.max(...chunks) === 1 ? `${tokens} / ${CHUNK}` : `${tokens} tokens, ${rangeOf(chunks)} chunks`;
}

/** Return the counts of one prompt, or of several that were drawn, for an encoder without chunks. */
export function describeTokens(counts: readonly TokenCount[]): string {
  const about = counts.every(({ isExact }) => isExact) ? "" : "about ";
  const tokens = rangeOf(counts.map((one) => one.tokens));
  return `${about}${tokens} ${tokens === "1" ? "token" : "tokens"}`;
}
