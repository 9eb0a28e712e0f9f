import Box from "@mui/material/Box";
import type { Job } from "@/api/types";
import { currentOf, isOpen, type Submission, SubmissionHead } from "@/features/jobs";
import { Failures } from "./failures";
import { SubmissionPictures } from "./submission-pictures";

interface SubmissionCardProps {
  readonly submission: Submission;
  /** The first with pictures is. The places of all are kept from the first moment on. */
  readonly isLarge: boolean;
  readonly onError: (error: unknown) => void;
}

/**
 * One submission from the queue to its pictures.
 *
 * Each picture forms where it stays: nothing moves when one is finished.
 */
export function SubmissionCard({ submission, isLarge, onError }: SubmissionCardProps) {
  const { jobs } = submission;
  const current = currentOf(submission);
  const hasBegun = jobs.some((job) => job.status === "running" || job.content_id !== null);
  return (
    <Box
      component="article"
      aria-label={current.prompt.slice(0, 80)}
      data-job={isOpen(submission) ? current.id : undefined}
      sx={{ display: "grid", gap: 1.25, gridTemplateColumns: "minmax(0, 1fr)", maxWidth: 820 }}
    >
      <SubmissionHead submission={submission} onError={onError} />
      {hasBegun || isOpen(submission) ? (
        <SubmissionPictures submission={submission} isLarge={isLarge} />
      ) : null}
      <Failures jobs={jobs.filter(hasFailed)} onError={onError} />
    </Box>
  );
}

const hasFailed = (job: Job): boolean => job.status === "failed";
