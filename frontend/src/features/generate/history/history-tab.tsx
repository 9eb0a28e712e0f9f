import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { useMemo } from "react";
import { Link } from "react-router";
import type { Job } from "@/api/types";
import { jobsQuery, useJobStream } from "@/features/jobs";
import { formatCount } from "@/lib/format";
import { useLayoutChoice } from "@/lib/use-layout-choice";
import { useNextPage } from "@/lib/use-next-page";
import { useScrollRestoration } from "@/lib/use-scroll-restoration";
import { EmptyState } from "@/ui/empty-state";
import { LayoutToggle } from "@/ui/layout-toggle";
import { LoadMore } from "@/ui/load-more";
import { ProblemState } from "@/ui/problem-state";
import { UniformGrid } from "@/ui/uniform-grid";
import { HistoryFilters, useHistoryFilter } from "./history-filters";
import { cardHeight, JobCard } from "./job-card";
import { JobRow, ROW_HEIGHT_PX } from "./job-row";

const keyOf = (job: Job) => job.id;
/** Two cards fit side by side on a phone. */
const cardWidth = (available: number) => (available < 600 ? 148 : 220);
const rowHeight = () => ROW_HEIGHT_PX;

/** All jobs of the user, filtered and sorted. */
export function HistoryTab() {
  const { filter, isFiltered } = useHistoryFilter();
  const [layout, setLayout] = useLayoutChoice("history-layout");
  const query = useInfiniteQuery(jobsQuery(filter));
  useJobStream();
  const jobs = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const total = query.data?.pages[0]?.total;
  const loadNextPage = useNextPage(query);
  useScrollRestoration({
    isReady: jobs.length > 0,
    size: jobs.length,
    loadMore: query.hasNextPage ? loadNextPage : undefined,
  });
  return (
    <Box sx={{ display: "grid", gap: 2, gridTemplateColumns: "minmax(0, 1fr)" }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.5 }}>
        <HistoryFilters />
        <Box sx={{ display: "flex", alignItems: "center", gap: 1.5, ml: "auto" }}>
          <Typography variant="body2" sx={{ color: "text.secondary" }} role="status">
            {total == null ? null : countOf(total)}
          </Typography>
          <LayoutToggle layout={layout} onChange={setLayout} />
        </Box>
      </Box>
      {query.isPending ? <Placeholders /> : null}
      {query.isError ? <ProblemState error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isSuccess && jobs.length === 0 ? <NoJobs isFiltered={isFiltered} /> : null}
      {layout === "grid" ? (
        <UniformGrid
          items={jobs}
          keyOf={keyOf}
          label="Jobs"
          minWidthOf={cardWidth}
          heightOf={cardHeight}
          gap={16}
        >
          {(job) => <JobCard job={job} />}
        </UniformGrid>
      ) : (
        <UniformGrid items={jobs} keyOf={keyOf} label="Jobs" heightOf={rowHeight} gap={8}>
          {(job) => <JobRow job={job} />}
        </UniformGrid>
      )}
      <LoadMore query={query} />
    </Box>
  );
}

function NoJobs({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered)
    return (
      <EmptyState icon={History} title="Nothing matches">
        Try fewer words or another filter.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={History}
      title="No jobs yet"
      action={
        <Button variant="contained" component={Link} to="/generate">
          Generate an image
        </Button>
      }
    >
      Everything you generate is listed here with its settings.
    </EmptyState>
  );
}

const countOf = (total: number): string => (total === 1 ? "1 job" : `${formatCount(total)} jobs`);

function Placeholders() {
  return (
    <Box
      role="status"
      aria-busy="true"
      aria-label="Loading"
      sx={{
        display: "grid",
        gap: 2,
        gridTemplateColumns: "repeat(auto-fill, minmax(min(45%, 220px), 1fr))",
      }}
    >
      {Array.from({ length: 8 }, (_, index) => `placeholder-${index}`).map((key) => (
        <Skeleton
          key={key}
          variant="rounded"
          sx={{ aspectRatio: "2 / 3", height: "auto", borderRadius: "14px" }}
        />
      ))}
    </Box>
  );
}
