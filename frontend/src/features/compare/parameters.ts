/** The parameters of items side by side; pure functions. */
import type { Content } from "@/api/types";
import { formatBytes, formatDateTime, formatSeconds, modelTitle } from "@/lib/format";

export interface ParameterRow {
  readonly label: string;
  /** One for each item; empty if it is not known. */
  readonly values: readonly string[];
  readonly differs: boolean;
  /** A text whose words are compared. */
  readonly isText: boolean;
}

const text = (value: unknown): string =>
  typeof value === "number" || typeof value === "string" ? String(value) : "";

function lorasOf({ metadata }: Content): string {
  const { lora_models: loras } = metadata as { readonly lora_models?: unknown };
  if (!Array.isArray(loras)) return "";
  return loras
    .map((one: { name?: unknown; strength_model?: unknown }) =>
      `${text(one.name)} ${text(one.strength_model)}`.trim(),
    )
    .join(", ");
}

const seconds = (value: unknown): string => (typeof value === "number" ? formatSeconds(value) : "");
const recorded = (name: string) => (item: Content) => text((item.metadata as Record<string, unknown>)[name]);

const ROWS: readonly (readonly [string, (item: Content) => string, isText?: true])[] = [
  ["Prompt", ({ prompt }) => prompt, true],
  ["Negative prompt", (item) => item.negative_prompt, true],
  ["Model", (item) => (item.checkpoint_model === "" ? "" : modelTitle(item.checkpoint_model))],
  ["LoRAs", lorasOf],
  ["Seed", recorded("seed")],
  ["Steps", recorded("steps")],
  ["Guidance (CFG)", recorded("cfg")],
  ["Sampler", recorded("sampler_name")],
  ["Scheduler", recorded("scheduler")],
  ["Denoise", recorded("denoise")],
  ["Dimensions", ({ width, height }) => `${width} × ${height}`],
  ["File size", (item) => formatBytes(item.size_bytes)],
  ["ComfyUI server", recorded("backend")],
  ["Render time", (item) => seconds((item.metadata as Record<string, unknown>).duration_seconds)],
  ["Your rating", (item) => (item.my_rating === null ? "" : "★".repeat(item.my_rating))],
  ["Created", (item) => formatDateTime(item.created_at)],
];

/** Return the rows that at least one item has. */
export function parameterRows(items: readonly Content[]): readonly ParameterRow[] {
  return ROWS.map(([label, read, isText = false]) => {
    const values = items.map(read);
    return { label, values, differs: new Set(values).size > 1, isText };
  }).filter(({ values }) => values.some((value) => value !== ""));
}

export interface Word {
  readonly text: string;
  /** Another item does not have it. */
  readonly isOwn: boolean;
}

const WORD = /[\p{L}\p{N}_'’-]+/gu;
const wordsIn = (value: string): string[] => value.toLowerCase().match(WORD) ?? [];

/** Return a text in parts: the words that another text lacks are marked. */
export function markWords(value: string, others: readonly string[]): readonly Word[] {
  const known = others.map((other) => new Set(wordsIn(other)));
  const parts: Word[] = [];
  let end = 0;
  for (const match of value.matchAll(WORD)) {
    if (match.index > end) parts.push({ text: value.slice(end, match.index), isOwn: false });
    const isOwn = known.some((words) => !words.has(match[0].toLowerCase()));
    parts.push({ text: match[0], isOwn });
    end = match.index + match[0].length;
  }
  if (end < value.length) parts.push({ text: value.slice(end), isOwn: false });
  return parts;
}

/** Return the ids of an address: two to four different ones count. */
export function idsIn(value: string | null): readonly number[] {
  const found = (value ?? "").split(",").filter((id) => /^[1-9]\d{0,15}$/.test(id));
  return [...new Set(found.map(Number))].slice(0, MOST);
}

export const MOST = 4;
