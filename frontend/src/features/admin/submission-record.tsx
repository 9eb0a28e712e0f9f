import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import type { Batch } from "@/api/types";
import {
  describeFinished,
  describeOpen,
  isOpen,
  isTerminal,
  isWaiting,
  JobStatusChip,
  statusOf,
  submissionOf,
  useCancelJobs,
  useMoveToTop,
} from "@/features/jobs";
import { modelTitle } from "@/lib/format";
import { RecordListItem } from "@/ui/record-list";
import { TimeAgo } from "@/ui/time-ago";
import { useToast } from "@/ui/toast";
import { JobActions, SubmissionJobs } from "./submission-jobs";

/** A submission: whose it is, its state, and its jobs on request. */
export function SubmissionRecord({ batch }: { readonly batch: Batch }) {
  const [areJobsShown, setAreJobsShown] = useState(false);
  const submission = submissionOf(batch);
  const { jobs } = submission;
  const state = isOpen(submission) ? describeOpen(submission, jobs) : describeFinished(submission);
  const failed = jobs.find((job) => job.error_message !== null);
  const backends = [...new Set(jobs.flatMap(({ backend }) => backend ?? []))];
  const [only] = jobs;
  return (
    <RecordListItem
      isWrapping
      start={
        <Box sx={{ minWidth: 92 }}>
          <JobStatusChip status={statusOf(submission)} />
        </Box>
      }
      title={batch.prompt.length > 140 ? `${batch.prompt.slice(0, 140)}…` : batch.prompt}
      detail={
        <>
          <strong>{batch.username}</strong> · {numbersOf(batch)} · {modelTitle(batch.checkpoint_model)}
          {isOpen(submission) || backends.length === 0 ? "" : ` · ${backends.join(", ")}`} · {state} ·{" "}
          <TimeAgo at={batch.created_at} />
          {failed === undefined ? "" : ` · ${failed.error_message}`}
        </>
      }
      action={
        <Box sx={actions}>
          <QueueActions batch={batch} />
          {jobs.length === 1 ? (
            <JobActions job={only} />
          ) : (
            <Button
              size="small"
              color="inherit"
              aria-expanded={areJobsShown}
              aria-label={`${areJobsShown ? "Hide" : "Show"} jobs of ${batch.username}: ${batch.prompt.slice(0, 40)}`}
              onClick={() => setAreJobsShown(!areJobsShown)}
            >
              {areJobsShown ? "Hide jobs" : "Show jobs"}
            </Button>
          )}
        </Box>
      }
      below={areJobsShown ? <SubmissionJobs submission={submission} /> : undefined}
    />
  );
}

const actions = {
  display: "flex",
  flexWrap: "wrap",
  justifyContent: "flex-end",
  gap: 0.5,
  ml: "auto",
} as const;

/** Return "#7" or "#7 to #10, 4 jobs". */
function numbersOf({ jobs }: Batch): string {
  const ids = jobs.map(({ id }) => id);
  const [first, last] = [Math.min(...ids), Math.max(...ids)];
  return ids.length === 1 ? `#${first}` : `#${first} to #${last}, ${ids.length} jobs`;
}

/** Move to the top and cancel, as long as there is something to move or to cancel. */
function QueueActions({ batch }: { readonly batch: Batch }) {
  const cancel = useCancelJobs();
  const move = useMoveToTop();
  const toast = useToast();
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const open = batch.jobs.filter((job) => !isTerminal(job.status));
  if (open.length === 0) return null;
  // The first in the queue cannot go up.
  const canMove = open.some((job) => isWaiting(job.status)) && !open.some((job) => job.queue_position === 1);
  return (
    <>
      {canMove ? (
        <Button
          size="small"
          color="inherit"
          loading={move.isPending}
          onClick={() => move.mutate(batch.id, { onError })}
        >
          Move to top
        </Button>
      ) : null}
      <Button
        size="small"
        color="inherit"
        disabled={open.every((job) => job.cancel_requested_at !== null)}
        onClick={() =>
          cancel.mutate(
            open.map(({ id }) => ({ id, batch_id: batch.id })),
            { onError },
          )
        }
      >
        Cancel
      </Button>
    </>
  );
}
