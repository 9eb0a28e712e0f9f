import { useMemo, useRef } from "react";
import { messageOf } from "@/api/problem";
import type { Content } from "@/api/types";
import { useMarkFavourite, useRateContent } from "@/features/content";
import { useRemove } from "@/features/operations";
import { type Shortcut, useShortcuts } from "@/lib/shortcuts";
import { useToast } from "@/ui/toast";
import type { Neighbours } from "./use-neighbours";

interface Stage {
  /** Absent for items without zoom. */
  readonly toggleZoom?: (() => void) | undefined;
  readonly zoomBy?: ((factor: number) => void) | undefined;
  readonly toggleImmersive: () => void;
  /** Whether the stars are hidden, so that a message says what was rated. */
  readonly isImmersive: boolean;
  /** Close what is open: the zoom, the immersive view, or the page. */
  readonly close: () => void;
  readonly closeLabel: string;
}

const STARS = [0, 1, 2, 3, 4, 5] as const;
const RATED = ["Rating removed", ...[1, 2, 3, 4, 5].map((stars) => `Rated ${stars} of 5`)];

/** Register the keys of the viewer. */
export function useViewerKeys(item: Content, neighbours: Neighbours, stage: Stage): void {
  const { previousId, nextId, goTo } = neighbours;
  const { mutate: rate } = useRateContent(item.id);
  const { mutate: mark } = useMarkFavourite();
  const { remove } = useRemove();
  const toast = useToast();
  const latest = useRef({ stage, remove, item });
  latest.current = { stage, remove, item };
  const hasZoom = stage.toggleZoom !== undefined;
  const { closeLabel } = stage;
  const shortcuts = useMemo<Shortcut[]>(() => {
    const group = "Image";
    const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
    const go = (id: number | null) => () => (id === null ? undefined : goTo(id));
    const zoom: Shortcut[] = [
      { keys: "z", label: "Full size", group, run: () => latest.current.stage.toggleZoom?.() },
      { keys: "+", label: "Zoom in", group, run: () => latest.current.stage.zoomBy?.(1.4) },
      { keys: "-", label: "Zoom out", group, run: () => latest.current.stage.zoomBy?.(1 / 1.4) },
    ];
    const favourite = () => {
      const { item: shown } = latest.current;
      mark({ item: shown, isFavourite: !shown.is_favourite }, { onError });
    };
    const rateBy = (stars: (typeof STARS)[number]) => {
      rate(stars === 0 ? null : stars, { onError });
      if (latest.current.stage.isImmersive) toast({ key: "rated", message: RATED[stars] });
    };
    const removeOwn = () =>
      latest.current.item.is_mine ? latest.current.remove(latest.current.item.id) : undefined;
    return [
      { keys: "left", label: "Previous image", group, run: go(previousId) },
      { keys: "right", label: "Next image", group, run: go(nextId) },
      ...(hasZoom ? zoom : []),
      { keys: "i", label: "Immersive view", group, run: () => latest.current.stage.toggleImmersive() },
      { keys: "f", label: "Favourite", group, run: favourite },
      ...STARS.map((stars) => ({
        keys: String(stars),
        label: stars === 0 ? "Remove rating" : `Rate ${stars}`,
        group,
        run: () => rateBy(stars),
      })),
      { keys: "delete", label: "Delete", group, run: removeOwn },
      { keys: "escape", label: closeLabel, group, run: () => latest.current.stage.close() },
    ];
  }, [previousId, nextId, goTo, hasZoom, closeLabel, mark, rate, toast]);
  useShortcuts(shortcuts);
}
