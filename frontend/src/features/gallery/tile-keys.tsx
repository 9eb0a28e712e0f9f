import { useMemo, useRef } from "react";
import { messageOf } from "@/api/problem";
import type { Content, Rating } from "@/api/types";
import { isSkeleton, type Listed, useMarkFavourite } from "@/features/content";
import { useRateListed } from "@/features/content/rate-listed";
import { useRemove } from "@/features/operations";
import { type Shortcut, useShortcuts } from "@/lib/shortcuts";
import { useToast } from "@/ui/toast";
import { idAt } from "./use-tile-events";

const STARS = [0, 1, 2, 3, 4, 5] as const;

/** Return the id of the image with the focus ring, else of the one under the pointer. */
const pointedId = (): number | null =>
  idAt(document.querySelector("[data-tile] :focus-visible")) ??
  idAt(document.querySelector("[data-tile]:hover"));

interface TileKeysProps {
  readonly items: readonly Listed[];
  /** False while images are selected, on which the toolbar acts. */
  readonly isOn: boolean;
  /** False in a collection, where it could mean to take the image out of it. */
  readonly deletes: boolean;
}

/** Register the keys that mark, rate and delete the image with the focus or under the pointer. */
export function TileKeys({ items, isOn, deletes }: TileKeysProps): null {
  const { mutate: rate } = useRateListed();
  const { mutate: mark } = useMarkFavourite();
  const { remove } = useRemove();
  const toast = useToast();
  const latest = useRef({ items, isOn });
  latest.current = { items, isOn };
  const shortcuts = useMemo<Shortcut[]>(() => {
    const group = "Image under the pointer or with the focus";
    const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
    const onImage = (run: (item: Content) => void) => () => {
      const id = latest.current.isOn ? pointedId() : null;
      const item = latest.current.items.find((one) => one.id === id);
      if (item !== undefined && !isSkeleton(item)) run(item);
    };
    const deletion: Shortcut = {
      keys: "delete",
      label: "Delete",
      group,
      run: onImage(({ id, is_mine: isMine }) => (isMine ? remove(id) : undefined)),
    };
    return [
      {
        keys: "f",
        label: "Favourite",
        group,
        run: onImage((item) => mark({ item, isFavourite: !item.is_favourite }, { onError })),
      },
      ...STARS.map((stars) => ({
        keys: String(stars),
        label: stars === 0 ? "Remove rating" : `Rate ${stars}`,
        group,
        run: onImage(({ id }) => rate({ id, rating: (stars === 0 ? null : stars) as Rating }, { onError })),
      })),
      ...(deletes ? [deletion] : []),
    ];
  }, [mark, rate, remove, toast, deletes]);
  useShortcuts(shortcuts);
  return null;
}
