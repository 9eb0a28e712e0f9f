import { useCallback, useState } from "react";

export interface Selection {
  readonly ids: ReadonlySet<number>;
  readonly toggle: (id: number) => void;
  readonly add: (ids: readonly number[]) => void;
  readonly clear: () => void;
}

const EMPTY: ReadonlySet<number> = new Set();

/** Return the selected items and the functions that change the selection. */
export function useSelection(): Selection {
  const [ids, setIds] = useState(EMPTY);
  const toggle = useCallback(
    (id: number) =>
      setIds((before) => {
        const next = new Set(before);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
    [],
  );
  const add = useCallback((more: readonly number[]) => setIds((before) => new Set([...before, ...more])), []);
  const clear = useCallback(() => setIds(EMPTY), []);
  return { ids, toggle, add, clear };
}
