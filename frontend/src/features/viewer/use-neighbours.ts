import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useLocation, useNavigate } from "react-router";
import { type ContentFilter, neighboursQuery } from "@/features/content";

/** The list that an image was opened from. It is kept in the browser's history and survives a reload. */
interface ListState {
  readonly list?: ContentFilter;
}

export interface Neighbours {
  readonly previousId: number | null;
  readonly nextId: number | null;
  /** Open another image. It replaces the history entry, so that back leads to the list. */
  readonly goTo: (id: number) => void;
  /** Go back to the list or, without one, to the gallery. */
  readonly goBack: () => void;
}

const ALL_IMAGES: ContentFilter = { scope: "all" };

/** Return the images before and after one in the list that it was opened from. */
export function useNeighbours(id: number): Neighbours {
  const { state, key } = useLocation() as { state: ListState | null; key: string };
  const navigate = useNavigate();
  const found = useQuery(neighboursQuery(id, state?.list ?? ALL_IMAGES)).data;
  const goTo = useCallback(
    (other: number) => void navigate(`/view/${other}`, { state, replace: true }),
    [navigate, state],
  );
  const goBack = useCallback(() => {
    // "default" is the key of the first entry: the app has no page to go back to.
    if (key === "default") void navigate("/gallery", { replace: true });
    else void navigate(-1);
  }, [navigate, key]);
  return { previousId: found?.previous_id ?? null, nextId: found?.next_id ?? null, goTo, goBack };
}
