import Box from "@mui/material/Box";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Batch, JobStatus } from "@/api/types";
import { jobStatsQuery, openSubmissions, submissionOf, submissionsQuery } from "@/features/jobs";
import { formatCount } from "@/lib/format";
import { useSearchState } from "@/lib/use-search-state";
import { LoadMore } from "@/ui/load-more";
import { RecordList } from "@/ui/record-list";
import { PauseBar } from "./pause-bar";
import { POLL_MS } from "./queries";
import { QueueFilters, useQueueFilter } from "./queue-filters";
import { SubmissionRecord } from "./submission-record";

const KEYS = ["show"] as const;
const VIEWS: Record<string, { readonly label: string; readonly statuses: JobStatus[] }> = {
  open: { label: "Waiting and running", statuses: ["running", "queued", "pending"] },
  failed: { label: "Failed", statuses: ["failed"] },
  done: { label: "Done", statuses: ["completed"] },
  cancelled: { label: "Cancelled", statuses: ["cancelled"] },
};
const DEFAULT_VIEW = "open";

/** The submissions of all users: open ones in the order of the queue, others the last to end first. */
export function QueueTab() {
  const { values, change } = useSearchState(KEYS);
  const show = VIEWS[values.show] === undefined ? DEFAULT_VIEW : values.show;
  const isOpenView = show === DEFAULT_VIEW;
  const selected = useQueueFilter();
  const filter = useMemo(
    () =>
      isOpenView
        ? { ...selected, open: true, sort: "queue" as const }
        : { ...selected, status: VIEWS[show]?.statuses ?? [] },
    [selected, show, isOpenView],
  );
  const isFiltered = Object.keys(selected).length > 0;
  const query = useInfiniteQuery({ ...submissionsQuery(filter), refetchInterval: POLL_MS });
  const stats = useQuery({ ...jobStatsQuery("all"), refetchInterval: POLL_MS }).data;
  const batches = query.data?.pages.flatMap((page) => page.items) ?? [];
  const countOf = (statuses: readonly JobStatus[]) =>
    stats === undefined
      ? ""
      : ` ${formatCount(statuses.reduce((sum, one) => sum + (stats.counts[one] ?? 0), 0))}`;
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2 }}>
      <PauseBar />
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.5 }}>
        <ToggleButtonGroup
          exclusive
          size="small"
          value={show}
          aria-label="Jobs to show"
          onChange={(_event, next: string | null) => (next === null ? undefined : change({ show: next }))}
          sx={{ overflowX: "auto", whiteSpace: "nowrap", "& > *": { flex: "none" } }}
        >
          {Object.entries(VIEWS).map(([key, view]) => (
            <ToggleButton key={key} value={key}>
              {view.label}
              <Typography component="span" variant="body2" sx={{ ml: 0.75 }}>
                {countOf(view.statuses)}
              </Typography>
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <QueueFilters />
      </Box>
      <RecordList
        query={query}
        empty={isFiltered || !isOpenView ? "No submissions match." : "The queue is empty."}
      >
        {(isOpenView ? inQueueOrder(batches) : batches).map((batch) => (
          <SubmissionRecord key={batch.id} batch={batch} />
        ))}
      </RecordList>
      <LoadMore query={query} />
    </Box>
  );
}

/** Sort by what runs and by queue position: the API sorts by priority and age, without turns of users. */
function inQueueOrder(batches: readonly Batch[]): readonly Batch[] {
  const byId = new Map(batches.map((batch) => [batch.id, batch]));
  return openSubmissions(batches.map(submissionOf)).flatMap(({ batchId }) => byId.get(batchId) ?? []);
}
