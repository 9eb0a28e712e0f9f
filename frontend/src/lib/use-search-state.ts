import { useCallback, useMemo, useRef } from "react";
import { useSearchParams } from "react-router";

/** Return filter values kept in the URL, so that they can be linked and undone with back, and their setter. */
export function useSearchState<Key extends string>(keys: readonly Key[]) {
  const [address, setAddress] = useSearchParams();
  // Two changes may be made before the next drawing: the second must keep the first.
  const latest = useRef(address);
  latest.current = address;
  const values = useMemo(
    () => Object.fromEntries(keys.map((key) => [key, address.get(key) ?? ""])) as Record<Key, string>,
    [address, keys],
  );
  const change = useCallback(
    (patch: Partial<Record<Key, string>>, { replace = false } = {}) =>
      setAddress(
        () => {
          const next = new URLSearchParams(latest.current);
          for (const [key, value] of Object.entries<string | undefined>(patch)) {
            if (value) next.set(key, value);
            else next.delete(key);
          }
          latest.current = next;
          return next;
        },
        { replace },
      ),
    [setAddress],
  );
  return { values, change } as const;
}
