import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import type { Job } from "@/api/types";
import { useRetryJob } from "@/features/jobs";
import { groupBy } from "@/lib/group-by";

interface FailuresProps {
  readonly jobs: readonly Job[];
  readonly onError: (error: unknown) => void;
}

/** Why jobs failed, each reason once, with a way to try again. */
export function Failures({ jobs, onError }: FailuresProps) {
  const reasons = groupBy(jobs, (job) => job.error_message ?? "It failed without saying why.");
  return [...reasons].map(([reason, failed]) => (
    <Failure key={reason} reason={reason} jobs={failed} onError={onError} />
  ));
}

function Failure({ reason, jobs, onError }: FailuresProps & { readonly reason: string }) {
  const retry = useRetryJob();
  const again = () => {
    for (const job of jobs) retry.mutate(job.id, { onError });
  };
  return (
    <Alert
      severity="error"
      variant="outlined"
      sx={{ overflowWrap: "anywhere" }}
      action={
        <Button color="inherit" size="small" loading={retry.isPending} onClick={again}>
          Retry
        </Button>
      }
    >
      {jobs.length > 1 ? `${jobs.length} pictures: ` : null}
      {reason}
    </Alert>
  );
}
