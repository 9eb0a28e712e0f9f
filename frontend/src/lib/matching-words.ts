/** Where a text has the words that were searched for. */

export interface TextPart {
  readonly text: string;
  readonly isMatch: boolean;
}

/** Return a character without its case and accents. */
const plain = (character: string): string => [...character.normalize("NFD").toLowerCase()][0] ?? character;

const wordsIn = (text: string): string[] => text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
const isInWord = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}\p{M}]/u.test(character);

/**
 * Split a text into what matches the search and the rest. Each word of the search matches the beginning of
 * words; case and accents do not matter.
 */
export function matchingParts(text: string, search: string): TextPart[] {
  const words = wordsIn(search).map((word) => [...word.normalize("NFC")].map(plain));
  const characters = [...text.normalize("NFC")];
  const simple = characters.map(plain);
  const parts: { text: string; isMatch: boolean }[] = [];
  const add = (part: string, isMatch: boolean) => {
    const last = parts.at(-1);
    if (last?.isMatch === isMatch) last.text += part;
    else parts.push({ text: part, isMatch });
  };
  for (let at = 0; at < characters.length; ) {
    const starts = isInWord(characters[at]) && !isInWord(characters[at - 1]);
    const matching = starts
      ? words.filter((word) => word.every((character, place) => simple[at + place] === character))
      : [];
    const length = Math.max(0, ...matching.map((word) => word.length));
    add(characters.slice(at, at + Math.max(length, 1)).join(""), length > 0);
    at += Math.max(length, 1);
  }
  return parts;
}

/** Characters before the first match that are kept. */
const BEFORE = 24;

/** Return the parts from some characters before the first match on, so that it is seen in a short line. */
export function fromFirstMatch(parts: readonly TextPart[]): readonly TextPart[] {
  const [first, ...rest] = parts;
  if (first === undefined || first.isMatch || rest.length === 0 || first.text.length <= 2 * BEFORE)
    return parts;
  const kept = first.text.slice(-BEFORE).replace(/^\S*\s+/, "");
  return [{ text: `… ${kept}`, isMatch: false }, ...rest];
}
