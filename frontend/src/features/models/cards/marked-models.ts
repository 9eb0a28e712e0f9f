/** The models that were chosen last, in this browser. */
import { readStored, writeStored } from "@/lib/storage/stored-state";

const RECENT = "recent-models";
const KEPT_RECENT = 8;

export const reviveNames = (value: unknown): string[] | null =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : null;

export const recentModels = (): readonly string[] => readStored(RECENT, reviveNames) ?? [];

export function noteModel(name: string): void {
  const others = recentModels().filter((one) => one !== name);
  writeStored(RECENT, [name, ...others].slice(0, KEPT_RECENT));
}
