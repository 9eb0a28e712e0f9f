import { useCallback } from "react";
import { reviveOneOf, useStoredState } from "./storage/stored-state";
import { useSearchState } from "./use-search-state";

export type Layout = "grid" | "list";

const KEYS = ["view"] as const;
const reviveLayout = reviveOneOf<Layout>(["grid", "list"]);

/** Return the layout of a list, from the URL or else the last choice in this browser, and its setter. */
export function useLayoutChoice(storedAs: string) {
  const { values, change } = useSearchState(KEYS);
  const [last, setLast] = useStoredState<Layout>(storedAs, "grid", reviveLayout);
  const choose = useCallback(
    (layout: Layout) => {
      setLast(layout);
      change({ view: layout === "list" ? layout : "" }, { replace: true });
    },
    [setLast, change],
  );
  return [reviveLayout(values.view) ?? last, choose] as const;
}
