import type { Content } from "@/api/types";
import { modelTitle } from "@/lib/format";
import { DetailList } from "@/ui/detail-list";

/** The LoRAs of an image and their strengths. */
export function LoraList({ item }: { readonly item: Content }) {
  const { lora_models: loras } = item.metadata;
  if (!Array.isArray(loras) || loras.length === 0) return null;
  const entries = loras.flatMap((lora: unknown): [string, string][] => {
    if (typeof lora !== "object" || lora === null || !("name" in lora) || typeof lora.name !== "string")
      return [];
    return [[modelTitle(lora.name), strengthOf(lora)]];
  });
  return <DetailList title="LoRAs" entries={entries} />;
}

/** Return "0.80", or "0.80, text encoder 0.50" where the strengths differ. */
function strengthOf(lora: object): string {
  const { strength_model: model, strength_clip: clip } = lora as Record<string, unknown>;
  if (typeof model !== "number") return "–";
  const text = model.toFixed(2);
  return typeof clip === "number" && clip !== model ? `${text}, text encoder ${clip.toFixed(2)}` : text;
}
