import Box from "@mui/material/Box";
import CircularProgress from "@mui/material/CircularProgress";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Images } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import type { Content } from "@/api/types";
import { ContentTile, galleryQuery } from "@/features/content";
import { formatCount } from "@/lib/format";
import { useScrollMemory } from "@/lib/use-scroll-memory";
import { EmptyState } from "@/ui/empty-state";
import { JustifiedGrid } from "@/ui/justified";
import { Page } from "@/ui/page";
import { ProblemState } from "@/ui/problem-state";
import { GalleryFilters, useGalleryFilter } from "./gallery-filters";

const keyOf = (item: Content) => item.id;

/** Every picture, found again. */
export function GalleryPage() {
  const { filter, isFiltered } = useGalleryFilter();
  const query = useInfiniteQuery(galleryQuery(filter));
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const [isLaidOut, setIsLaidOut] = useState(false);
  useScrollMemory(isLaidOut);
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const listState = useMemo(() => ({ list: filter }), [filter]);
  const total = query.data?.pages[0]?.total;

  return (
    <Page title="Gallery" description={<Count total={total} shown={items.length} />}>
      <GalleryFilters />
      {query.isPending ? <Placeholders /> : null}
      {query.isError && items.length === 0 ? (
        <ProblemState error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      {query.isSuccess && items.length === 0 ? (
        <EmptyState icon={Images} title={isFiltered ? "Nothing matches" : "No pictures yet"}>
          {isFiltered ? "Try fewer words or another filter." : "What you generate is kept here."}
        </EmptyState>
      ) : null}
      <Box sx={{ opacity: query.isPlaceholderData ? 0.5 : 1, transition: "opacity 150ms" }}>
        <JustifiedGrid
          items={items}
          keyOf={keyOf}
          label="Pictures"
          onNearEnd={more}
          onReady={() => setIsLaidOut(true)}
        >
          {(item, { width }) => <ContentTile item={item} width={width} listState={listState} />}
        </JustifiedGrid>
      </Box>
      {isFetchingNextPage ? (
        <Box sx={{ display: "grid", placeItems: "center", height: 72 }}>
          <CircularProgress size={26} aria-label="Loading more" />
        </Box>
      ) : null}
    </Page>
  );
}

function Count({ total, shown }: { readonly total: number | null | undefined; readonly shown: number }) {
  if (total === undefined) return <Skeleton width={110} component="span" sx={{ display: "inline-block" }} />;
  const words =
    total === null
      ? "More than 10,000 pictures"
      : `${formatCount(total)} ${total === 1 ? "picture" : "pictures"}`;
  return (
    <Typography component="span" role="status" data-shown={shown}>
      {words}
    </Typography>
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
