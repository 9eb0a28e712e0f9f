import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { X } from "lucide-react";
import { memo } from "react";
import { ProgressBar } from "@/ui/progress-bar";
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
  titleOf,
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
export const SubmissionHead = memo(function SubmissionHead({ submission, onError }: SubmissionHeadProps) {
  const current = currentOf(submission);
  return (
    <Box sx={{ display: "grid", gap: 0.75, gridTemplateColumns: "minmax(0, 1fr)" }}>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1, minHeight: 36 }}>
        <JobStatusChip status={statusOf(submission)} />
        <Typography noWrap dir="auto" title={titleOf(current)} sx={{ flex: 1, minWidth: 0 }}>
          {titleOf(current)}
        </Typography>
        {isOpen(submission) ? <CancelButton submission={submission} onError={onError} /> : null}
      </Box>
      <Typography variant="body2" sx={{ color: "text.secondary", fontVariantNumeric: "tabular-nums" }}>
        {isOpen(submission) ? <RunText submission={submission} /> : <Outcome submission={submission} />}
      </Typography>
      {isOpen(submission) ? <Bar submission={submission} /> : <Box sx={{ height: 6 }} />}
    </Box>
  );
});

interface PartProps {
  readonly submission: Submission;
}

/** Return the progress of each job; the component is drawn again with each change of it. */
function useRuns({ jobs }: Submission): RunState[] {
  const live = useLiveRuns(jobs);
  return jobs.map((job) => {
    const run = live(job.id);
    return run?.progress == null ? job : run;
  });
}

/** A text of its own: progress changes often and draws nothing else of the head. */
function RunText({ submission }: PartProps) {
  return describeOpen(submission, useRuns(submission));
}

function Outcome({ submission }: PartProps) {
  const ends = submission.jobs.map((job) => job.completed_at).filter((at) => at !== null);
  const finishedAt = ends.toSorted().at(-1) ?? null;
  return (
    <>
      {describeFinished(submission)}
      {finishedAt === null ? null : (
        <>
          {" · "}
          <TimeAgo at={finishedAt} />
        </>
      )}
    </>
  );
}

function Bar({ submission }: PartProps) {
  const progress = progressOf(submission, useRuns(submission));
  const isIdle = submission.jobs.every((job) => isWaiting(job.status) || isTerminal(job.status));
  return <ProgressBar label="Progress" value={progress ?? (isIdle ? 0 : null)} />;
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
