/** The embeddings that a prompt names: `embedding:ink`, or `(embedding:ink:1.2)` with a weight. */

export interface PromptEmbedding {
  /** As in the prompt, without escapes. */
  readonly name: string;
  readonly weight: number;
}

interface Match extends PromptEmbedding {
  readonly start: number;
  readonly end: number;
}

const NAME = String.raw`(?:\\[()]|[^\s()])`;
/** With a weight, or alone: then it begins the text or follows a space, a line break or a parenthesis. */
const NAMED = new RegExp(
  String.raw`\(embedding:(${NAME}+?):(\d*\.?\d+)\)|(?<=^|[ \n()])embedding:(${NAME}+)`,
  "g",
);

function matchesIn(text: string): Match[] {
  if (!text.includes("embedding:")) return [];
  const found: Match[] = [];
  for (const match of text.matchAll(NAMED)) {
    const [whole, weighted, weight, alone] = match;
    // A comma behind the name separates it from the next words.
    const written = weighted ?? (alone ?? "").replace(/,+$/, "");
    if (written === "") continue;
    const length = weighted === undefined ? "embedding:".length + written.length : whole.length;
    found.push({
      name: written.replace(/\\([()])/g, "$1"),
      weight: weight === undefined ? 1 : Number(weight),
      start: match.index,
      end: match.index + length,
    });
  }
  return found;
}

/** Return the embeddings of a prompt, each once. */
export function embeddingsIn(text: string): PromptEmbedding[] {
  const found = new Map(matchesIn(text).map(({ name, weight }) => [name, { name, weight }]));
  return [...found.values()];
}

/** Return the prompt with the embedding at its end. */
export function withEmbedding(text: string, { name, weight }: PromptEmbedding): string {
  const trimmed = text.replace(/[\s,]+$/, "");
  return trimmed === "" ? written(name, weight) : `${trimmed}, ${written(name, weight)}`;
}

/** Return the prompt with another weight of an embedding. */
export const withWeight = (text: string, name: string, weight: number): string =>
  replaced(text, name, (before, after) => before + written(name, weight) + after);

/** Return the prompt without an embedding and without the comma beside it. */
export const withoutEmbedding = (text: string, name: string): string =>
  replaced(text, name, (before, after) => {
    const [left, right] = [before.replace(/[ ,]+$/, ""), after.replace(/^[ ,]+/, "")];
    const isApart = left === "" || right === "" || left.endsWith("\n") || right.startsWith("\n");
    return isApart ? left + right : `${left}, ${right}`;
  });

function replaced(text: string, name: string, join: (before: string, after: string) => string): string {
  return matchesIn(text)
    .filter((match) => match.name === name)
    .toReversed()
    .reduce((result, { start, end }) => join(result.slice(0, start), result.slice(end)), text);
}

function written(name: string, weight: number): string {
  const embedding = `embedding:${name.replace(/[()]/g, String.raw`\$&`)}`;
  return weight === 1 ? embedding : `(${embedding}:${Number(weight.toFixed(2))})`;
}
