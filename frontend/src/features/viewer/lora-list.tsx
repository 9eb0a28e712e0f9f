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
    const strength = "strength_model" in lora ? lora.strength_model : null;
    return [[modelTitle(lora.name), typeof strength === "number" ? strength.toFixed(2) : "–"]];
  });
  return <DetailList title="LoRAs" entries={entries} />;
}
