import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { RotateCcw, X } from "lucide-react";
import { useState } from "react";
import { ApiError } from "@/api/problem";
import { isTerminal, type Submission, useCancelJobs, useRetryJob } from "@/features/jobs";
import { ConfirmDialog } from "@/ui/confirm-dialog";

/** Throw an error, except that about a job that has ended meanwhile. */
function unlessEnded(error: unknown): void {
  if (!(error instanceof ApiError && error.status === 409)) throw error;
}

interface CancelAllProps {
  readonly open: readonly Submission[];
  readonly onError: (error: unknown) => void;
}

/** The number of open submissions, and the button that cancels all of them. */
export function CancelAll({ open, onError }: CancelAllProps) {
  const [isAsking, setIsAsking] = useState(false);
  const { mutateAsync: cancel } = useCancelJobs();
  const cancelAll = async () => {
    setIsAsking(false);
    // The last first, so that none of them starts because those before it are gone.
    for (const { jobs } of open.toReversed())
      await cancel(jobs.filter(({ status }) => !isTerminal(status))).catch(unlessEnded);
  };
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 1, mb: 1 }}>
      <Typography variant="body2" sx={{ flex: 1, color: "text.secondary" }}>
        {open.length} open
      </Typography>
      <Button
        size="small"
        color="inherit"
        startIcon={<X size={16} aria-hidden />}
        onClick={() => setIsAsking(true)}
      >
        Cancel all
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        title={`Cancel all ${open.length} submissions?`}
        verb="Cancel them"
        onConfirm={() => void cancelAll().catch(onError)}
        onClose={() => setIsAsking(false)}
      >
        Images that are ready stay.
      </ConfirmDialog>
    </Box>
  );
}

interface RetryProps {
  readonly submission: Submission;
  readonly onError: (error: unknown) => void;
}

/** Runs the failed and cancelled jobs of an ended submission again. */
export function Retry({ submission, onError }: RetryProps) {
  const { mutateAsync: retry, isPending } = useRetryJob();
  const ids = submission.jobs.flatMap(({ id, status }) =>
    status === "failed" || status === "cancelled" ? [id] : [],
  );
  if (ids.length === 0) return null;
  const retryAll = async () => {
    for (const id of ids) await retry(id);
  };
  return (
    <Button
      size="small"
      color="inherit"
      loading={isPending}
      startIcon={<RotateCcw size={15} aria-hidden />}
      onClick={() => void retryAll().catch(onError)}
    >
      {ids.length === 1 ? "Retry" : `Retry ${ids.length}`}
    </Button>
  );
}
