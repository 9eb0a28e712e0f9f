/** Files of presets: what is exported, and what is imported. */
import type { Preset, PresetImport } from "@/api/types";

/** Return the document of these presets, as the import takes it. */
export const exportOf = (presets: readonly Preset[]) => ({
  version: 1,
  presets: presets.map(({ kind, name, description, prompt, negative_prompt, settings }) => ({
    kind,
    name,
    description,
    prompt,
    negative_prompt,
    settings,
  })),
});

/** Return the name of a file for a preset, without characters that file systems do not allow. */
export const fileNameOf = ({ name, kind }: Preset): string =>
  `${name.replaceAll(/[^\p{L}\p{N} _.-]+/gu, "").trim() || kind}.${kind}.json`;

/** Read an exported document, or a file of styles of another program; throws an error that says what is wrong. */
export async function readPresets(file: File): Promise<Partial<PresetImport>> {
  const text = await file.text();
  if (!/\.json$/i.test(file.name)) return { csv: text };
  try {
    const content: unknown = JSON.parse(text);
    if (Array.isArray(content) && content.some(isStyleEntry)) return { json: text };
    if (typeof content === "object" && content !== null && "presets" in content)
      return content as Partial<PresetImport>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Error(
    `${file.name} is not a file of presets. Choose an exported .json file, a styles.csv or a .json file of styles.`,
  );
}

/** Return whether this is a style as Fooocus, the SDXL Prompt Styler and InvokeAI have it. */
const isStyleEntry = (entry: unknown): boolean =>
  typeof entry === "object" &&
  entry !== null &&
  "name" in entry &&
  ("prompt" in entry || "positive_prompt" in entry);

/** Return the outcome of an import in words. */
export function describeImport({
  created,
  replaced,
  skipped,
}: {
  readonly created: number;
  readonly replaced: number;
  readonly skipped: readonly string[];
}): string {
  const parts = [
    created > 0 ? `${created} imported` : "",
    replaced > 0 ? `${replaced} replaced` : "",
    skipped.length > 0 ? `${skipped.length} skipped: the names are taken` : "",
  ];
  return parts.filter((part) => part !== "").join(", ") || "Nothing was imported";
}
