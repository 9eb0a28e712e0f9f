import Box from "@mui/material/Box";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import type { Content } from "@/api/types";
import type { ContentFilter, Listed } from "@/features/content";
import { type Shortcut, useShortcuts } from "@/lib/shortcuts";
import type { Layout } from "@/lib/use-layout-choice";
import { useMore } from "@/lib/use-more";
import { useScrollMemory } from "@/lib/use-scroll-memory";
import { JustifiedGrid } from "@/ui/justified";
import { LoadMore } from "@/ui/load-more";
import { ProblemState } from "@/ui/problem-state";
import { UniformGrid } from "@/ui/uniform-grid";
import { BulkBar } from "./bulk-bar";
import { PictureRow, rowHeight } from "./picture-row";
import { Placeholders } from "./placeholders";
import { Recalled } from "./recalled";
import { SelectableTile } from "./selectable-tile";
import type { Pictures } from "./use-pictures";
import { type Selection, useSelection } from "./use-selection";

interface PictureBrowserProps {
  readonly pictures: Pictures;
  readonly filter: ContentFilter;
  readonly layout: Layout;
  readonly empty: ReactNode;
  readonly isTrash?: boolean;
}

const keyOf = (item: Listed) => item.id;
const ROW_GAP_PX = 8;

/** The pictures of a list, to look at and to tick. */
export function PictureBrowser({ pictures, filter, layout, empty, isTrash = false }: PictureBrowserProps) {
  const { items } = pictures;
  const selection = useSelection();
  const [isLaidOut, setIsLaidOut] = useState(false);
  const more = useMore(pictures.query);
  const onReady = useCallback(() => setIsLaidOut(true), []);
  useScrollMemory({
    isReady: isLaidOut,
    size: items.length,
    more: pictures.query.hasNextPage ? more : undefined,
  });
  const listState = useMemo(() => ({ list: filter }), [filter]);
  useGalleryShortcuts(items, selection);
  if (pictures.isPending) return <Placeholders layout={layout} />;
  if (pictures.error) return <ProblemState error={pictures.error} onRetry={pictures.retry} />;
  if (items.length === 0 && !pictures.query.hasNextPage) return empty;
  const list = { items, keyOf, label: "Pictures", onReady };
  const cell = { listState, selection, isTickOnly: isTrash };
  const whole = (listed: Listed, show: (item: Content) => ReactNode) => (
    <Recalled listed={listed} outdated={pictures.outdated.get(listed.id)} filter={filter}>
      {show}
    </Recalled>
  );
  return (
    <>
      <Box sx={{ opacity: pictures.isStale ? 0.5 : 1, transition: "opacity 150ms" }}>
        {layout === "grid" ? (
          <JustifiedGrid {...list}>
            {(listed, { width }) =>
              whole(listed, (item) => <SelectableTile item={item} width={width} {...cell} />)
            }
          </JustifiedGrid>
        ) : (
          <UniformGrid {...list} heightOf={rowHeight} gap={ROW_GAP_PX}>
            {(listed, { width }) =>
              whole(listed, (item) => <PictureRow item={item} width={width} {...cell} />)
            }
          </UniformGrid>
        )}
      </Box>
      <LoadMore query={pictures.query} />
      <BulkBar selection={selection} isTrash={isTrash} />
    </>
  );
}

function useGalleryShortcuts(items: readonly Listed[], { add, clear }: Selection): void {
  const shortcuts = useMemo<Shortcut[]>(
    () => [
      {
        keys: "mod+a",
        label: "Select all that are loaded",
        group: "Gallery",
        run: () => add(items.filter((item) => "is_mine" in item && item.is_mine).map(keyOf)),
      },
      { keys: "escape", label: "Clear the selection", group: "Gallery", run: clear },
    ],
    [items, add, clear],
  );
  useShortcuts(shortcuts);
}
