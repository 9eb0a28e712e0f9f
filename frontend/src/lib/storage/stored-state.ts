/** Preferences in the local storage of this browser, such as the last settings; never secrets. */
import { useCallback, useState } from "react";

const PREFIX = "genonaut:";

/** Return the stored value. `revive` turns parsed JSON into a value, or null if it is not valid. */
export function readStored<T>(key: string, revive: (value: unknown) => T | null): T | null {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text === null ? null : revive(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return null;
    throw error;
  }
}

export function writeStored(key: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch (error) {
    // Storage may be full or disabled: the preference is not kept.
    if (!(error instanceof DOMException)) throw error;
  }
}

/** Like `useState`, but kept in local storage. */
export function useStoredState<T>(
  key: string,
  fallback: T,
  revive: (value: unknown) => T | null,
): readonly [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => readStored(key, revive) ?? fallback);
  const store = useCallback(
    (next: T) => {
      setValue(next);
      writeStored(key, next);
    },
    [key],
  );
  return [value, store];
}

export const reviveBoolean = (value: unknown): boolean | null => (typeof value === "boolean" ? value : null);

/** Return a reviver that accepts only these strings. */
export function reviveOneOf<T extends string>(allowed: readonly T[]): (value: unknown) => T | null {
  return (value) => allowed.find((one) => one === value) ?? null;
}
