import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import type { Job } from "@/api/types";
import { useRetryJob } from "@/features/jobs";
import { groupBy } from "@/lib/group-by";

interface FailuresProps {
  readonly jobs: readonly Job[];
  readonly onError: (error: unknown) => void;
}

/** The errors of failed jobs, each message once, with a retry button. */
export function Failures({ jobs, onError }: FailuresProps) {
  const reasons = groupBy(jobs, (job) => job.error_message ?? "Failed without an error message.");
  return [...reasons].map(([reason, failed]) => (
    <Failure key={reason} reason={reason} jobs={failed} onError={onError} />
  ));
}

function Failure({ reason, jobs, onError }: FailuresProps & { readonly reason: string }) {
  const retry = useRetryJob();
  const retryAll = () => {
    for (const job of jobs) retry.mutate(job.id, { onError });
  };
  return (
    <Alert
      severity="error"
      variant="outlined"
      sx={{ overflowWrap: "anywhere" }}
      action={
        <Button color="inherit" size="small" loading={retry.isPending} onClick={retryAll}>
          Retry
        </Button>
      }
    >
      {jobs.length > 1 ? `${jobs.length} images: ` : null}
      {reason}
    </Alert>
  );
}
