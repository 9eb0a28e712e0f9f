/** What can be said about a prompt without the server. */

const CLOSING: Record<string, string> = { "(": ")", "[": "]", "{": "}" };

/** Return what is wrong with the brackets of a prompt, or null. Escaped ones are text. */
export function bracketProblem(text: string, isDynamic: boolean): string | null {
  const open: { readonly bracket: string; readonly at: number }[] = [];
  const wanted = isDynamic ? /\\.|[()[\]{}]/gs : /\\.|[()[\]]/gs;
  for (const { 0: bracket, index } of text.matchAll(wanted)) {
    if (bracket in CLOSING) open.push({ bracket, at: index });
    else if (bracket.length === 1 && CLOSING[open.pop()?.bracket ?? ""] !== bracket)
      return `“${bracket}” at character ${index + 1} closes nothing`;
  }
  const [first] = open;
  return first === undefined ? null : `“${first.bracket}” at character ${first.at + 1} is not closed`;
}

/** Letters per token in words, and in words with letters beyond ASCII; measured, see docs/decisions/token-counts.md. */
const LETTERS_PER_TOKEN = 7;
const OTHER_LETTERS_PER_TOKEN = 3;
/** Tokens per character that is a word or syllable by itself. */
const TOKENS_PER_IDEOGRAPH = 0.75;
const IDEOGRAPHS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;

/**
 * Estimate the number of tokens of a prompt for encoders whose tokenizer is not here. Common words are one token,
 * longer ones are split. It is off by about 12 percent.
 */
export function estimateTokens(text: string): number {
  const plain = text.replaceAll(/:-?\d+(?:\.\d+)?\)/g, ")").replaceAll(/[()[\]{}\\]/g, " ");
  const ideographs = plain.match(IDEOGRAPHS)?.length ?? 0;
  const words = plain.replaceAll(IDEOGRAPHS, " ").match(/[\p{L}\p{M}]+|\d|[^\s\p{L}\p{M}\d]+/gu) ?? [];
  const ofWords = words.reduce((sum, word) => sum + tokensOfWord(word), 0);
  return ofWords + Math.round(ideographs * TOKENS_PER_IDEOGRAPH);
}

function tokensOfWord(word: string): number {
  const isAscii = [...word].every((letter) => letter <= "\x7f");
  return Math.max(1, Math.ceil(word.length / (isAscii ? LETTERS_PER_TOKEN : OTHER_LETTERS_PER_TOKEN)));
}

/** Return the word before the caret that suggestions complete, and where it begins. */
export function wordBefore(text: string, caret: number): { readonly word: string; readonly start: number } {
  const start = text.slice(0, caret).search(/[^\s,()[\]{}|]+$/);
  return start < 0 ? { word: "", start: caret } : { word: text.slice(start, caret), start };
}

/** Return the words of prompts by how many of them have them, without weights and short words. */
export function frequentWords(prompts: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const prompt of prompts) {
    const parts = prompt.replaceAll(/:-?\d+(?:\.\d+)?\)/g, ")").split(/[,()[\]{}|\n]+/);
    const phrases = parts.map((part) => part.trim()).filter((part) => part.length > 2 && part.length < 50);
    for (const phrase of new Set(phrases)) counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
  }
  return [...counts].toSorted((left, right) => right[1] - left[1]).map(([phrase]) => phrase);
}
