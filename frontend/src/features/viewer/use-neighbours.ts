import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useLocation, useNavigate } from "react-router";
import { type ContentFilter, neighboursQuery } from "@/features/content";

/** The list a picture was opened from; kept by the browser's history, so that a reload keeps it too. */
interface ListState {
  readonly list?: ContentFilter;
}

export interface Neighbours {
  readonly previousId: number | null;
  readonly nextId: number | null;
  /** Steps replace each other in the history: back leads to the list. */
  readonly goTo: (id: number) => void;
  /** Back to where one came from. */
  readonly leave: () => void;
}

const EVERYTHING: ContentFilter = { scope: "all" };

/** The pictures before and after one in the list it was opened from. */
export function useNeighbours(id: number): Neighbours {
  const { state, key } = useLocation() as { state: ListState | null; key: string };
  const navigate = useNavigate();
  const found = useQuery(neighboursQuery(id, state?.list ?? EVERYTHING)).data;
  const goTo = useCallback(
    (other: number) => void navigate(`/view/${other}`, { state, replace: true }),
    [navigate, state],
  );
  const leave = useCallback(() => {
    // "default" is the first entry: there is nothing of ours to go back to.
    if (key === "default") void navigate("/gallery", { replace: true });
    else void navigate(-1);
  }, [navigate, key]);
  return { previousId: found?.previous_id ?? null, nextId: found?.next_id ?? null, goTo, leave };
}
