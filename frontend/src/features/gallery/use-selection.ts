import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useState } from "react";
import { messageOf } from "@/api/problem";
import { type ContentFilter, type Listed, matchingContentQuery } from "@/features/content";
import { useToast } from "@/ui/toast";
import { countOf, isSelected, NOTHING, type SelectionState, selectedTo, toggled } from "./selection-state";

export interface Selection {
  readonly state: SelectionState;
  readonly isEmpty: boolean;
  /** Null if there are more than the server counts. */
  readonly count: number | null;
  readonly has: (id: number) => boolean;
  /** Select or deselect an image; with Shift select all from the last selected one to it. */
  readonly choose: (id: number, isRange: boolean) => void;
  /** Select all own images of the list, whether or not they are loaded. */
  readonly selectAll: () => void;
  readonly clear: () => void;
}

/** Return the selected images of a list and the functions that change the selection. */
export function useSelection(items: readonly Listed[], filter: ContentFilter): Selection {
  const client = useQueryClient();
  const toast = useToast();
  const [state, setState] = useState(NOTHING);
  const latest = useRef(items);
  latest.current = items;
  const choose = useCallback((id: number, isRange: boolean) => {
    const order = latest.current.filter(isOwn).map((item) => item.id);
    setState((before) => (isRange ? selectedTo(before, id, order) : toggled(before, id)));
  }, []);
  const selectAll = useCallback(() => {
    // The images of other users cannot be changed.
    if (filter.scope === "community") return;
    client
      .fetchQuery(matchingContentQuery(filter))
      .then(({ total, filter: matching }) =>
        total === 0
          ? undefined
          : setState({ ...NOTHING, all: { filter: matching, total, except: new Set() } }),
      )
      .catch((error: unknown) => toast({ message: messageOf(error), severity: "error" }));
  }, [client, filter, toast]);
  const clear = useCallback(() => setState(NOTHING), []);
  return useMemo(() => {
    const count = countOf(state);
    const has = (id: number) => isSelected(state, id);
    return { state, count, isEmpty: count === 0, has, choose, selectAll, clear };
  }, [state, choose, selectAll, clear]);
}

/** Images of which only the size is known are in lists of own images. */
const isOwn = (item: Listed): boolean => !("is_mine" in item) || item.is_mine;
