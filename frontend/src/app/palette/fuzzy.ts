/** Ranks texts by how well they match what was typed; letters may be left out. */

const START_OF_WORD = 8;
const NEXT_LETTER = 5;
const WHOLE_TEXT_STARTS = 12;
/** A gap costs, but a long text with the right words is still better than none. */
const GAP = 0.5;

const isWordStart = (text: string, place: number): boolean =>
  place === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(place - 1));

/** Return how well a word matches a text; the higher the better, null if it does not. */
function scoreWord(word: string, text: string): number | null {
  const found = text.indexOf(word);
  const letters = scoreLetters(word, text, startOrNext) ?? scoreLetters(word, text, next);
  if (found < 0) return letters;
  const start = isWordStart(text, found) ? START_OF_WORD : 0;
  const whole = word.length * NEXT_LETTER + start + (found === 0 ? WHOLE_TEXT_STARTS : 0);
  return Math.max(whole, letters ?? 0);
}

type Find = (text: string, letter: string, from: number) => number;

const next: Find = (text, letter, from) => text.indexOf(letter, from);

/** Return the place of a letter: the next one at the start of a word, else the next one. */
const startOrNext: Find = (text, letter, from) => {
  for (let place = text.indexOf(letter, from); place >= 0; place = text.indexOf(letter, place + 1))
    if (isWordStart(text, place)) return place;
  return text.indexOf(letter, from);
};

/** Return how well the letters of a word match a text that has others between them. */
function scoreLetters(word: string, text: string, find: Find): number | null {
  let score = 0;
  let place = -1;
  for (const letter of word) {
    const at = find(text, letter, place + 1);
    if (at < 0) return null;
    if (isWordStart(text, at)) score += START_OF_WORD;
    else score += at === place + 1 ? NEXT_LETTER : -Math.min(at - place, 10) * GAP;
    place = at;
  }
  return score > word.length ? score : null;
}

/** Return how well a text matches a query, of which each word must match; null if it does not. */
export function fuzzyScore(query: string, text: string): number | null {
  const lower = text.toLowerCase();
  let total = -lower.length / 100;
  for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) {
    const score = scoreWord(word, lower);
    if (score === null) return null;
    total += score;
  }
  return total;
}

/**
 * Return how well words match a query of which each word must start one of them; null if they do not.
 *
 * The query may name the place before: "generate: cfg".
 */
function wordScore(query: string, words: string, place: string): number | null {
  const known = words.toLowerCase().split(/\s+/);
  const typed = query.toLowerCase().split(/\s+/).filter(Boolean);
  let total = 0;
  for (const [index, word] of typed.entries()) {
    if (index === 0 && typed.length > 1 && word.replace(":", "") === place) continue;
    if (!known.some((one) => one.startsWith(word))) return null;
    total += word.length * NEXT_LETTER + START_OF_WORD + (known.includes(word) ? WHOLE_TEXT_STARTS : 0);
    // The first word is what it is called.
    if (known[0] === word) total += 1;
  }
  return total;
}

interface Words {
  readonly words?: string | undefined;
  /** The place of the entry; its text does not count then, only the words. */
  readonly place?: string | undefined;
}

const noWords = (): Words => ({});

/** Return the entries that match, the best first; all of them for an empty query. */
export function ranked<T>(
  query: string,
  entries: readonly T[],
  textOf: (entry: T) => string,
  wordsOf: (entry: T) => Words = noWords,
): readonly T[] {
  if (query.trim() === "") return entries;
  const scoreOf = (entry: T) => {
    const { words, place } = wordsOf(entry);
    const byText = place !== undefined ? null : fuzzyScore(query, textOf(entry));
    const byWords = words === undefined ? null : wordScore(query, words, place ?? "");
    return byText === null || byWords === null ? (byText ?? byWords) : Math.max(byText, byWords);
  };
  return entries
    .map((entry) => ({ entry, score: scoreOf(entry) }))
    .filter((one): one is { entry: T; score: number } => one.score !== null)
    .toSorted((left, right) => right.score - left.score)
    .map(({ entry }) => entry);
}
