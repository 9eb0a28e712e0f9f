import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useLocation, useNavigate } from "react-router";
import type { NearItem } from "@/api/types";
import { type ContentFilter, neighboursQuery } from "@/features/content";

/** The list that an image was opened from. It is kept in the browser's history and survives a reload. */
interface ListState {
  readonly list?: ContentFilter;
}

export interface Neighbours {
  /** The items around it in the list, itself included. */
  readonly around: readonly NearItem[];
  readonly previousId: number | null;
  readonly nextId: number | null;
  /** Return the next image, else the previous one; waits until they are known. */
  readonly findOther: () => Promise<number | null>;
  /** Open another image. It replaces the history entry, so that back leads to the list. */
  readonly goTo: (id: number) => void;
  /** Go back to the list or, without one, to the gallery. */
  readonly goBack: () => void;
}

const NONE: readonly NearItem[] = [];
const ALL_IMAGES: ContentFilter = { scope: "all" };

/** Return the images before and after one in the list that it was opened from. */
export function useNeighbours(id: number): Neighbours {
  const { state, key } = useLocation() as { state: ListState | null; key: string };
  const navigate = useNavigate();
  const client = useQueryClient();
  const query = neighboursQuery(id, state?.list ?? ALL_IMAGES);
  const found = useQuery(query).data;
  // The strip of the previous image stays until the next one is known.
  const strip = useQuery({ ...query, placeholderData: keepPreviousData }).data;
  const findOther = async () => {
    // Without an answer there is no image to open.
    const known = await client.ensureQueryData(query).catch(() => null);
    return known?.next_id ?? known?.previous_id ?? null;
  };
  const goTo = useCallback(
    (other: number) => void navigate(`/view/${other}`, { state, replace: true }),
    [navigate, state],
  );
  const goBack = useCallback(() => {
    // "default" is the key of the first entry: the app has no page to go back to.
    if (key === "default") void navigate("/gallery", { replace: true });
    else void navigate(-1);
  }, [navigate, key]);
  return {
    around: strip?.items ?? NONE,
    previousId: found?.previous_id ?? null,
    nextId: found?.next_id ?? null,
    findOther,
    goTo,
    goBack,
  };
}
