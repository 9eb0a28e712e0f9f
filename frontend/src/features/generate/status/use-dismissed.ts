import { useCallback, useMemo, useRef } from "react";
import { useStoredState } from "@/lib/storage/stored-state";

/** How many dismissed failures are remembered in this browser; older ones are far down the list. */
const LIMIT = 500;

export interface Dismissed {
  readonly isDismissed: (jobId: number) => boolean;
  readonly dismiss: (jobIds: readonly number[]) => void;
}

/** Failures that the user dismissed, by job; stored in this browser. */
export function useDismissed(): Dismissed {
  const [ids, setIds] = useStoredState<readonly number[]>("dismissed-failures", [], reviveIds);
  const known = useMemo(() => new Set(ids), [ids]);
  const isDismissed = useCallback((id: number) => known.has(id), [known]);
  const latest = useRef(ids);
  const dismiss = useCallback(
    (added: readonly number[]) => {
      latest.current = [...latest.current, ...added].slice(-LIMIT);
      setIds(latest.current);
    },
    [setIds],
  );
  return { isDismissed, dismiss };
}

const reviveIds = (value: unknown): number[] | null =>
  Array.isArray(value) && value.every((one) => typeof one === "number") ? value : null;
