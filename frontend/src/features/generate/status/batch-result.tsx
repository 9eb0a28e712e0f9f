import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { messageOf } from "@/api/problem";
import type { Job } from "@/api/types";
import { JobPicture, shownWidth, useRetryJob } from "@/features/jobs";
import { formatSeconds, secondsBetween } from "@/lib/format";
import { TimeAgo } from "@/ui/time-ago";
import { useToast } from "@/ui/toast";

interface BatchResultProps {
  /** The ended jobs of one submission. */
  readonly jobs: readonly Job[];
  /** Shown large. */
  readonly isNewest: boolean;
}

/** What a submission made, its pictures first; reasons for those that made none. */
export function BatchResult({ jobs, isNewest }: BatchResultProps) {
  const [first] = jobs;
  const done = jobs.filter((job) => job.content_id !== null);
  if (first === undefined) return null;
  const isSingle = done.length === 1;
  return (
    <Box component="article" aria-label={first.prompt.slice(0, 80)} sx={{ display: "grid", gap: 1.25 }}>
      {done.length > 0 ? (
        <Box
          sx={{
            display: "grid",
            gap: 1.25,
            gridTemplateColumns: isSingle
              ? `minmax(0, ${isNewest ? shownWidth(first) : 260}px)`
              : `repeat(auto-fill, minmax(min(100%, ${isNewest ? 240 : 150}px), 1fr))`,
          }}
        >
          {done.map((job) => (
            <JobPicture
              key={job.id}
              job={job}
              sizes={isNewest ? "(max-width: 900px) 100vw, 720px" : "260px"}
              isPriority={isNewest}
            />
          ))}
        </Box>
      ) : null}
      {jobs
        .filter((job) => job.status === "failed")
        .map((job) => (
          <Failure key={job.id} job={job} />
        ))}
      <Typography variant="body2" sx={{ color: "text.secondary" }}>
        {captionOf(jobs)} · {first.completed_at === null ? null : <TimeAgo at={first.completed_at} />}
        {" · "}
        {first.prompt.length > 120 ? `${first.prompt.slice(0, 120)}…` : first.prompt}
      </Typography>
    </Box>
  );
}

function captionOf(jobs: readonly Job[]): string {
  const done = jobs.filter((job) => job.status === "completed");
  const cancelled = jobs.filter((job) => job.status === "cancelled").length;
  if (jobs.length > 1) return `${done.length} of ${jobs.length} done`;
  if (cancelled > 0) return "Cancelled";
  const seconds = done[0] === undefined ? null : secondsBetween(done[0].started_at, done[0].completed_at);
  return seconds === null ? "Failed" : `Done in ${formatSeconds(seconds)}`;
}

function Failure({ job }: { readonly job: Job }) {
  const retry = useRetryJob();
  const toast = useToast();
  return (
    <Alert
      severity="error"
      variant="outlined"
      action={
        <Button
          color="inherit"
          size="small"
          loading={retry.isPending}
          onClick={() =>
            retry.mutate(job.id, {
              onError: (error) => toast({ message: messageOf(error), severity: "error" }),
            })
          }
        >
          Retry
        </Button>
      }
    >
      {job.error_message ?? "It failed without saying why."}
    </Alert>
  );
}
