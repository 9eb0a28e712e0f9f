import Box from "@mui/material/Box";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { DropList } from "@/features/collections";
import type { ContentFilter, Listed } from "@/features/content";
import { ImageMenu } from "@/features/operations";
import { lazyPart } from "@/lib/code";
import { type Shortcut, useShortcuts } from "@/lib/shortcuts";
import type { Layout } from "@/lib/use-layout-choice";
import { useNextPage } from "@/lib/use-next-page";
import { useScrollRestoration } from "@/lib/use-scroll-restoration";
import { JustifiedGrid, type Size } from "@/ui/justified";
import { LoadMore } from "@/ui/load-more";
import { ProblemState } from "@/ui/problem-state";
import { UniformGrid } from "@/ui/uniform-grid";
import { GallerySkeleton } from "./gallery-skeleton";
import { ImageRow, rowHeight } from "./image-row";
import { LazyPageItem } from "./lazy-page-item";
import { NewImagesButton } from "./new-images-button";
import { SelectableTile } from "./selectable-tile";
import { SelectionToolbar } from "./toolbar/selection-toolbar";
import type { ImageList } from "./use-images";
import { type Selection, useSelection } from "./use-selection";
import { useTileEvents } from "./use-tile-events";

// Loaded after the images, which can be looked at before.
const TileKeys = lazyPart(async () => (await import("./tile-keys")).TileKeys, { Loading: () => null });

interface ImageBrowserProps {
  readonly images: ImageList;
  readonly filter: ContentFilter;
  readonly layout: Layout;
  readonly empty: ReactNode;
  readonly isTrash?: boolean;
  /** Further actions for selected images. */
  readonly actions?: ((selection: Selection) => ReactNode) | undefined;
  /** The collection whose images these are. */
  readonly from?: number;
  /** Shown above the images. */
  readonly above?: ((selection: Selection) => ReactNode) | undefined;
}

const keyOf = (item: Listed) => item.id;
const ROW_GAP_PX = 8;
const NOTHING_DRAGGED = { ids: [] };

/** The images of a list, as a grid or as rows, with selection. */
export function ImageBrowser(props: ImageBrowserProps) {
  const { images, filter, layout, empty, isTrash = false, actions, from, above } = props;
  const { items } = images;
  const selection = useSelection(items, filter);
  const [isLaidOut, setIsLaidOut] = useState(false);
  const loadNextPage = useNextPage(images.query);
  const onReady = useCallback(() => setIsLaidOut(true), []);
  useScrollRestoration({
    isReady: isLaidOut,
    size: items.length,
    loadMore: images.query.hasNextPage ? loadNextPage : undefined,
  });
  const listState = useMemo(() => ({ list: filter }), [filter]);
  useGalleryShortcuts(selection);
  const { dragged, menu, closeMenu, handlers } = useTileEvents(selection);
  const { outdated } = images;
  // Its identity decides whether the tiles that stay are drawn again.
  const drawTile = useCallback(
    (listed: Listed, { width }: Size) => {
      const Tile = layout === "grid" ? SelectableTile : ImageRow;
      const cell = { width, listState, selection, isSelectOnly: isTrash };
      return (
        <LazyPageItem listed={listed} outdated={outdated.get(listed.id)} filter={filter}>
          {(item) => <Tile item={item} {...cell} />}
        </LazyPageItem>
      );
    },
    [layout, listState, selection, isTrash, outdated, filter],
  );
  if (images.isPending) return <GallerySkeleton layout={layout} />;
  if (images.error) return <ProblemState error={images.error} onRetry={images.retry} />;
  if (items.length === 0 && !images.query.hasNextPage) return empty;
  const list = { items, keyOf, label: "Images", onReady };
  return (
    <>
      <NewImagesButton {...images.arrivals} />
      {above?.(selection)}
      <TileKeys items={items} isOn={selection.isEmpty && !isTrash} deletes={from === undefined} />
      <Box
        {...(isTrash ? {} : handlers)}
        sx={{ opacity: images.isStale ? 0.5 : 1, transition: "opacity 150ms" }}
      >
        {layout === "grid" ? (
          <JustifiedGrid {...list}>{drawTile}</JustifiedGrid>
        ) : (
          <UniformGrid {...list} heightOf={rowHeight} gap={ROW_GAP_PX}>
            {drawTile}
          </UniformGrid>
        )}
      </Box>
      <LoadMore query={images.query} />
      <SelectionToolbar selection={selection} isTrash={isTrash} actions={actions} />
      <DropList
        open={dragged !== null}
        chosen={dragged?.chosen ?? NOTHING_DRAGGED}
        count={dragged?.count ?? 0}
        from={from}
      />
      {menu === null ? null : (
        <ImageMenu key={menu.id} contentId={menu.id} anchor={menu.at} onClose={closeMenu} />
      )}
    </>
  );
}

function useGalleryShortcuts({ selectAll, clear }: Selection): void {
  const shortcuts = useMemo<Shortcut[]>(
    () => [
      { keys: "mod+a", label: "Select all items of the list", group: "Gallery", run: selectAll },
      { keys: "escape", label: "Clear selection", group: "Gallery", run: clear },
    ],
    [selectAll, clear],
  );
  useShortcuts(shortcuts);
}
