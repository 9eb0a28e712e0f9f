import Box from "@mui/material/Box";
import { memo } from "react";
import { currentOf, hasImage, isOpen, type Submission, SubmissionHead, titleOf } from "@/features/jobs";
import { Failures } from "./failures";
import { SubmissionImages } from "./submission-images";

interface SubmissionCardProps {
  readonly submission: Submission;
  /** Whether the images are shown large; only the first submission with images is. */
  readonly isLarge: boolean;
  readonly isDismissed: (jobId: number) => boolean;
  readonly onDismiss: (jobIds: readonly number[]) => void;
  readonly onError: (error: unknown) => void;
}

/** Keeps its height beside a higher card. */
const above = {
  display: "grid",
  gap: 1.25,
  alignContent: "start",
  gridTemplateColumns: "minmax(0, 1fr)",
} as const;

/** Put a single image beside its text, so that more submissions fit the window. */
const beside = {
  display: "grid",
  columnGap: 2,
  alignItems: "start",
  gridTemplateColumns: { xs: "104px minmax(0, 1fr)", sm: "160px minmax(0, 1fr)" },
  "& > :last-child": { gridColumn: 1, gridRow: 1 },
} as const;

/**
 * One submission, from the queue to its images.
 *
 * Each image has its slot from the start: nothing moves when one is finished.
 */
export const SubmissionCard = memo(function SubmissionCard({
  submission,
  isLarge,
  isDismissed,
  onDismiss,
  onError,
}: SubmissionCardProps) {
  const { jobs } = submission;
  const current = currentOf(submission);
  const hasSlots = isOpen(submission) || jobs.some(hasImage);
  const isBeside = hasSlots && !isLarge && jobs.length === 1;
  return (
    <Box
      component="article"
      aria-label={titleOf(current).slice(0, 80)}
      data-job={isOpen(submission) ? current.id : undefined}
      sx={{ ...above, maxWidth: 820 }}
    >
      <Box sx={isBeside ? beside : above}>
        <SubmissionHead submission={submission} onError={onError} />
        {hasSlots ? <SubmissionImages submission={submission} isLarge={isLarge} /> : null}
      </Box>
      <Failures jobs={jobs.filter(({ id }) => !isDismissed(id))} onDismiss={onDismiss} onError={onError} />
    </Box>
  );
});
