import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import { X } from "lucide-react";
import { TimeAgo } from "@/ui/time-ago";
import { isTerminal, isWaiting } from "./job-reducer";
import { JobStatusChip } from "./job-status-chip";
import { useCancelJobs } from "./mutations";
import type { RunState } from "./run-labels";
import {
  currentOf,
  describeFinished,
  describeOpen,
  isOpen,
  progressOf,
  type Submission,
  statusOf,
} from "./submissions";
import { useLiveRuns } from "./use-feed";

interface SubmissionHeadProps {
  readonly submission: Submission;
  readonly onError: (error: unknown) => void;
}

/**
 * Status, prompt and progress of a submission. Its height never changes, so that the images below do
 * not move.
 */
export function SubmissionHead({ submission, onError }: SubmissionHeadProps) {
  const { jobs } = submission;
  const live = useLiveRuns(jobs);
  const runs: RunState[] = jobs.map((job) => {
    const run = live(job.id);
    return run?.progress == null ? job : run;
  });
  const current = currentOf(submission);
  const ends = jobs.map((job) => job.completed_at).filter((at) => at !== null);
  const finishedAt = ends.toSorted().at(-1) ?? null;
  return (
    <Box sx={{ display: "grid", gap: 0.75, gridTemplateColumns: "minmax(0, 1fr)" }}>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1, minHeight: 36 }}>
        <JobStatusChip status={statusOf(submission)} />
        <Typography noWrap dir="auto" title={current.prompt} sx={{ flex: 1, minWidth: 0 }}>
          {current.prompt}
        </Typography>
        {isOpen(submission) ? <CancelButton submission={submission} onError={onError} /> : null}
      </Box>
      <Typography variant="body2" sx={{ color: "text.secondary", fontVariantNumeric: "tabular-nums" }}>
        {isOpen(submission) ? describeOpen(submission, runs) : describeFinished(submission)}
        {isOpen(submission) || finishedAt === null ? null : (
          <>
            {" · "}
            <TimeAgo at={finishedAt} />
          </>
        )}
      </Typography>
      <Bar submission={submission} progress={progressOf(submission, runs)} />
    </Box>
  );
}

function Bar({
  submission,
  progress,
}: {
  readonly submission: Submission;
  readonly progress: number | null;
}) {
  if (!isOpen(submission)) return <Box sx={{ height: 6 }} />;
  const isIdle = submission.jobs.every((job) => isWaiting(job.status) || isTerminal(job.status));
  const isKnown = isIdle || progress !== null;
  return (
    <LinearProgress
      variant={isKnown ? "determinate" : "indeterminate"}
      aria-label="Progress"
      {...(isKnown ? { value: progress ?? 0 } : {})}
    />
  );
}

function CancelButton({ submission, onError }: SubmissionHeadProps) {
  const cancel = useCancelJobs();
  const open = submission.jobs.filter((job) => !isTerminal(job.status));
  const isStopping = open.every((job) => job.cancel_requested_at !== null);
  const label = isStopping ? "Stopping…" : "Cancel";
  return (
    <Button
      size="small"
      color="inherit"
      aria-label={label}
      startIcon={<X size={16} aria-hidden />}
      disabled={isStopping}
      onClick={() => cancel.mutate(open, { onError })}
      // Icon only on a phone: the prompt needs the space.
      sx={{ minWidth: { xs: 36, sm: 64 }, "& .MuiButton-startIcon": { mr: { xs: 0, sm: 1 } } }}
    >
      <Box component="span" sx={{ display: { xs: "none", sm: "inline" } }}>
        {label}
      </Box>
    </Button>
  );
}
