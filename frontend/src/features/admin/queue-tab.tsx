import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { messageOf } from "@/api/problem";
import type { Job, JobStatus } from "@/api/types";
import {
  JobStatusChip,
  jobStatsQuery,
  jobsQuery,
  queuePosition,
  TimelineDialog,
  useCancelJobs,
  useRetryJob,
} from "@/features/jobs";
import { formatCount, modelTitle } from "@/lib/format";
import { useSearchState } from "@/lib/use-search-state";
import { LoadMore } from "@/ui/load-more";
import { RecordList, RecordListItem } from "@/ui/record-list";
import { TimeAgo } from "@/ui/time-ago";
import { useToast } from "@/ui/toast";
import { PauseBar } from "./pause-bar";
import { POLL_MS } from "./queries";

const KEYS = ["show"] as const;
const VIEWS: Record<string, { readonly label: string; readonly statuses: JobStatus[] }> = {
  open: { label: "Waiting and running", statuses: ["running", "queued", "pending"] },
  failed: { label: "Failed", statuses: ["failed"] },
  done: { label: "Done", statuses: ["completed"] },
  cancelled: { label: "Cancelled", statuses: ["cancelled"] },
};
const DEFAULT_VIEW = "open";

/** The jobs of all users. */
export function QueueTab() {
  const { values, change } = useSearchState(KEYS);
  const show = VIEWS[values.show] === undefined ? DEFAULT_VIEW : values.show;
  const statuses = VIEWS[show]?.statuses ?? [];
  const filter = useMemo(
    () => ({ scope: "all", status: statuses, sort: show === DEFAULT_VIEW ? "oldest" : "newest" }) as const,
    [statuses, show],
  );
  const query = useInfiniteQuery({ ...jobsQuery(filter), refetchInterval: POLL_MS });
  const stats = useQuery({ ...jobStatsQuery("all"), refetchInterval: POLL_MS }).data;
  const jobs = query.data?.pages.flatMap((page) => page.items) ?? [];
  const countOf = (statuses: readonly JobStatus[]) =>
    stats === undefined
      ? ""
      : ` ${formatCount(statuses.reduce((sum, one) => sum + (stats.counts[one] ?? 0), 0))}`;
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2 }}>
      <PauseBar />
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
      <RecordList query={query} empty="No jobs.">
        {jobs.map((job) => (
          <QueueRecord key={job.id} job={job} />
        ))}
      </RecordList>
      <LoadMore query={query} />
    </Box>
  );
}

function QueueRecord({ job }: { readonly job: Job }) {
  const cancel = useCancelJobs();
  const retry = useRetryJob();
  const toast = useToast();
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const [isTimelineOpen, setIsTimelineOpen] = useState(false);
  const canRetry = job.status === "failed" || job.status === "cancelled";
  const isOpen = !canRetry && job.status !== "completed";
  return (
    <RecordListItem
      start={<JobStatusChip status={job.status} />}
      title={job.prompt.length > 140 ? `${job.prompt.slice(0, 140)}…` : job.prompt}
      detail={
        <>
          #{job.id} · {modelTitle(job.checkpoint_model)}
          {job.backend === null ? "" : ` · ${job.backend}`}
          {job.progress === null ? "" : ` · ${job.progress} %`}
          {job.queue_position === null ? "" : ` · ${queuePosition(job)}`} · <TimeAgo at={job.created_at} />
          {job.waiting_reason === null ? "" : ` · ${job.waiting_reason}`}
          {job.error_message === null ? "" : ` · ${job.error_message}`}
        </>
      }
      action={
        <>
          <Button
            size="small"
            color="inherit"
            aria-label={`Timeline of job ${job.id}`}
            onClick={() => setIsTimelineOpen(true)}
          >
            Timeline
          </Button>
          {isTimelineOpen ? <TimelineDialog job={job} onClose={() => setIsTimelineOpen(false)} /> : null}
          {isOpen ? (
            <Button
              size="small"
              color="inherit"
              disabled={job.cancel_requested_at !== null}
              onClick={() => cancel.mutate([job], { onError })}
            >
              Cancel
            </Button>
          ) : null}
          {canRetry ? (
            <Button size="small" color="inherit" onClick={() => retry.mutate(job.id, { onError })}>
              Retry
            </Button>
          ) : null}
        </>
      }
    />
  );
}
