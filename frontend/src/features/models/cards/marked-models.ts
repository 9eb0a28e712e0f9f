/** Favourite models and those that were chosen last, in this browser. */
import { readStored, writeStored } from "@/lib/storage/stored-state";

const FAVOURITES = "favourite-models";
const RECENT = "recent-models";
const KEPT_RECENT = 8;

const revive = (value: unknown): string[] | null =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : null;

export const favouriteModels = (): readonly string[] => readStored(FAVOURITES, revive) ?? [];
export const recentModels = (): readonly string[] => readStored(RECENT, revive) ?? [];

/** Mark a model as a favourite, or no longer; returns all favourites. */
export function toggleFavourite(name: string): readonly string[] {
  const before = favouriteModels();
  const after = before.includes(name) ? before.filter((one) => one !== name) : [...before, name];
  writeStored(FAVOURITES, after);
  return after;
}

export function noteModel(name: string): void {
  const others = recentModels().filter((one) => one !== name);
  writeStored(RECENT, [name, ...others].slice(0, KEPT_RECENT));
}
