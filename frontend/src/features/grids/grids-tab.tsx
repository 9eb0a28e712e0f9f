import Box from "@mui/material/Box";
import Card from "@mui/material/Card";
import IconButton from "@mui/material/IconButton";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Grid3x3, SlidersHorizontal } from "lucide-react";
import { Link } from "react-router";
import type { GridSummary } from "@/api/types";
import { sourcesOf } from "@/features/content";
import { useJobStream } from "@/features/jobs";
import { EmptyState } from "@/ui/empty-state";
import { LazyImage } from "@/ui/lazy-image";
import { LoadMore } from "@/ui/load-more";
import { ProblemState } from "@/ui/problem-state";
import { TimeAgo } from "@/ui/time-ago";
import { Tooltip } from "@/ui/tooltip";
import { describeAxes } from "./parameters";
import { gridsQuery } from "./queries";

const cards = {
  m: 0,
  p: 0,
  listStyle: "none",
  display: "grid",
  gap: { xs: 1.5, sm: 2 },
  gridTemplateColumns: "repeat(auto-fill, minmax(min(100%, 260px), 1fr))",
} as const;

/** The grids of the user, the newest first. */
export function GridsTab() {
  useJobStream();
  const query = useInfiniteQuery(gridsQuery);
  if (query.isPending) return <Loading />;
  if (query.data === undefined)
    return <ProblemState error={query.error} onRetry={() => void query.refetch()} />;
  const grids = query.data.pages.flatMap((page) => page.items);
  if (grids.length === 0) {
    return (
      <EmptyState icon={Grid3x3} title="No grids">
        Compare values of up to three parameters: fill in the form, then choose Grid beside Generate.
      </EmptyState>
    );
  }
  return (
    <>
      <Box component="ul" aria-label="Grids" sx={cards}>
        {grids.map((grid) => (
          <GridCard key={grid.id} grid={grid} />
        ))}
      </Box>
      <LoadMore query={query} />
    </>
  );
}

function GridCard({ grid }: { readonly grid: GridSummary }) {
  const title = grid.title || grid.prompt || "Grid";
  return (
    <Card
      component="li"
      sx={{ position: "relative", overflow: "hidden", "&:hover": { borderColor: "primary.main" } }}
    >
      <Box sx={{ aspectRatio: "16 / 10", overflow: "hidden", bgcolor: "action.hover" }}>
        {grid.cover === null ? (
          <Box sx={{ display: "grid", placeItems: "center", height: "100%", color: "text.secondary" }}>
            <Grid3x3 size={40} strokeWidth={1.25} aria-hidden />
          </Box>
        ) : (
          <LazyImage
            {...sourcesOf(grid.cover)}
            sizes="300px"
            alt=""
            width={16}
            height={10}
            placeholder={grid.cover.placeholder}
          />
        )}
      </Box>
      <Box sx={{ p: 2, display: "grid", gap: 0.5 }}>
        <Typography variant="h3" component="h2" noWrap>
          <Box
            component={Link}
            to={`/grids/${grid.id}`}
            sx={{
              color: "inherit",
              textDecoration: "none",
              "&::after": { content: '""', position: "absolute", inset: 0 },
            }}
          >
            {title}
          </Box>
        </Typography>
        <Typography variant="body2" sx={{ color: "text.secondary" }}>
          {describeAxes(grid.axes)}
        </Typography>
        <Box sx={{ display: "flex", alignItems: "center", justifyContent: "space-between", gap: 1 }}>
          <Typography variant="body2" sx={{ color: "text.secondary" }}>
            {grid.image_count} of {grid.cell_count} images · <TimeAgo at={grid.created_at} />
          </Typography>
          <Tooltip title="Reuse settings">
            <IconButton
              component={Link}
              to={`/generate?grid=${grid.id}`}
              aria-label={`Reuse settings: ${title}`}
              sx={{ position: "relative", zIndex: 1, m: -1 }}
            >
              <SlidersHorizontal size={17} aria-hidden />
            </IconButton>
          </Tooltip>
        </Box>
      </Box>
    </Card>
  );
}

function Loading() {
  return (
    <Box role="status" aria-busy="true" aria-label="Loading" sx={cards}>
      {["a", "b", "c", "d"].map((key) => (
        <Skeleton key={key} variant="rounded" sx={{ height: 280, borderRadius: "14px" }} />
      ))}
    </Box>
  );
}
