import Box from "@mui/material/Box";
import CircularProgress from "@mui/material/CircularProgress";
import Skeleton from "@mui/material/Skeleton";
import { type ReactNode, useMemo, useState } from "react";
import type { Content } from "@/api/types";
import type { ContentFilter } from "@/features/content";
import { type Shortcut, useShortcuts } from "@/lib/shortcuts";
import { useScrollMemory } from "@/lib/use-scroll-memory";
import { JustifiedGrid } from "@/ui/justified";
import { ProblemState } from "@/ui/problem-state";
import { BulkBar } from "./bulk-bar";
import { SelectableTile } from "./selectable-tile";
import type { Pictures } from "./use-pictures";
import { useSelection } from "./use-selection";

interface PictureGridProps {
  readonly pictures: Pictures;
  readonly filter: ContentFilter;
  readonly empty: ReactNode;
  readonly isTrash?: boolean;
}

const keyOf = (item: Content) => item.id;

/** The pictures of a list, to look at and to tick. */
export function PictureGrid({ pictures, filter, empty, isTrash = false }: PictureGridProps) {
  const { items } = pictures;
  const selection = useSelection();
  const [isLaidOut, setIsLaidOut] = useState(false);
  useScrollMemory({
    isReady: isLaidOut,
    size: items.length,
    more: pictures.hasMore ? pictures.more : undefined,
  });
  const listState = useMemo(() => ({ list: filter }), [filter]);
  const shortcuts = useMemo<Shortcut[]>(
    () => [
      {
        keys: "mod+a",
        label: "Select all that are loaded",
        group: "Gallery",
        run: () => selection.add(items.filter((item) => item.is_mine).map(keyOf)),
      },
      { keys: "escape", label: "Clear the selection", group: "Gallery", run: selection.clear },
    ],
    [items, selection.add, selection.clear],
  );
  useShortcuts(shortcuts);
  if (pictures.isPending) return <Placeholders />;
  if (pictures.error) return <ProblemState error={pictures.error} onRetry={pictures.retry} />;
  if (items.length === 0) return empty;
  return (
    <>
      <Box sx={{ opacity: pictures.isStale ? 0.5 : 1, transition: "opacity 150ms" }}>
        <JustifiedGrid
          items={items}
          keyOf={keyOf}
          label="Pictures"
          onNearEnd={pictures.more}
          onReady={() => setIsLaidOut(true)}
        >
          {(item, { width }) => (
            <SelectableTile
              item={item}
              width={width}
              listState={listState}
              selection={selection}
              isTickOnly={isTrash}
            />
          )}
        </JustifiedGrid>
      </Box>
      {pictures.isLoadingMore ? (
        <Box sx={{ display: "grid", placeItems: "center", height: 72 }}>
          <CircularProgress size={26} aria-label="Loading more" />
        </Box>
      ) : null}
      <BulkBar selection={selection} isTrash={isTrash} />
    </>
  );
}

/** Rows of the shapes that pictures mostly have. */
const SHAPES = ["2 / 3", "1", "3 / 2", "1", "2 / 3", "3 / 2", "1", "2 / 3", "1", "3 / 2"].map(
  (aspectRatio, place) => ({ aspectRatio, key: `shape-${place}` }),
);

function Placeholders() {
  return (
    <Box aria-busy="true" aria-label="Loading" sx={{ display: "flex", flexWrap: "wrap", gap: "10px" }}>
      {SHAPES.map(({ aspectRatio, key }) => (
        <Skeleton
          key={key}
          variant="rounded"
          sx={{ height: { xs: 150, sm: 240 }, flex: "1 0 auto", aspectRatio, borderRadius: "10px" }}
        />
      ))}
    </Box>
  );
}
