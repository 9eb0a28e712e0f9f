/** The settings of the form, outside of component state: a change draws only the fields that show it. */
import { useRef, useSyncExternalStore } from "react";
import type { GenerateSettings } from "./settings";

export type SettingsPatch = Partial<GenerateSettings>;

export interface SettingsStore {
  readonly get: () => GenerateSettings;
  /** Change some settings; a function gets the current ones. */
  readonly change: (patch: SettingsPatch | ((current: GenerateSettings) => SettingsPatch)) => void;
  /** Call the listener after changes until the returned function is called. */
  readonly subscribe: (listener: () => void) => () => void;
}

export function createSettingsStore(initial: GenerateSettings): SettingsStore {
  let settings = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => settings,
    change: (patch) => {
      settings = { ...settings, ...(typeof patch === "function" ? patch(settings) : patch) };
      for (const listener of [...listeners]) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Return these settings; the component is drawn again only when one of them changes. */
export function useSettingsOf<Key extends keyof GenerateSettings>(
  store: SettingsStore,
  keys: readonly Key[],
): Pick<GenerateSettings, Key> {
  const shown = useRef(store.get());
  return useSyncExternalStore(store.subscribe, () => {
    const current = store.get();
    if (keys.some((key) => current[key] !== shown.current[key])) shown.current = current;
    return shown.current;
  });
}
