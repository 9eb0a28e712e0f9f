import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useId, useState } from "react";
import { type ShownJob, useRetryJob } from "@/features/jobs";
import { type Failure, failuresOf } from "./failure-reasons";

interface FailuresProps {
  /** Those that failed are shown, each reason once. */
  readonly jobs: readonly ShownJob[];
  readonly onDismiss: (jobIds: readonly number[]) => void;
  readonly onError: (error: unknown) => void;
}

/** Why jobs failed, with buttons to retry them and to dismiss the message. */
export function Failures({ jobs, ...actions }: FailuresProps) {
  return failuresOf(jobs).map((failure) => (
    <FailureAlert key={failure.jobs[0].id} failure={failure} {...actions} />
  ));
}

/** Submissions without an image that failed for one reason: they have no other card. */
export function FailureCard({ jobs, ...actions }: FailuresProps) {
  const [failure] = failuresOf(jobs);
  if (failure === undefined) return null;
  return (
    <Box component="article" aria-label={`Failed: ${promptsOf(failure.jobs).join(", ").slice(0, 80)}`}>
      <FailureAlert failure={failure} isAlone {...actions} />
    </Box>
  );
}

interface FailureAlertProps extends Omit<FailuresProps, "jobs"> {
  readonly failure: Failure;
  /** Whether to name the prompts: no card around it does. */
  readonly isAlone?: boolean;
}

function FailureAlert({ failure, isAlone = false, onDismiss, onError }: FailureAlertProps) {
  const { jobs, summary, details } = failure;
  const retry = useRetryJob();
  const retryAll = async () => {
    const results = await Promise.allSettled(jobs.map((job) => retry.mutateAsync(job.id)));
    onDismiss(jobs.filter((_job, index) => results[index]?.status === "fulfilled").map((job) => job.id));
    const rejected = results.find((result) => result.status === "rejected");
    if (rejected !== undefined) onError(rejected.reason);
  };
  return (
    <Alert severity="error" variant="outlined" sx={{ overflowWrap: "anywhere", maxWidth: 820 }}>
      {isAlone ? <Prompts jobs={jobs} /> : null}
      <Typography variant="body2">
        {jobs.length > 1 ? `${jobs.length} ${nounOf(jobs)} failed. ` : "Failed. "}
        {summary}
      </Typography>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 0.5, mt: 0.5, ml: -1 }}>
        <Button color="inherit" size="small" loading={retry.isPending} onClick={() => void retryAll()}>
          Retry
        </Button>
        <Button color="inherit" size="small" onClick={() => onDismiss(jobs.map((job) => job.id))}>
          Dismiss
        </Button>
        {details === null ? null : <Details text={details} />}
      </Box>
    </Alert>
  );
}

const nounOf = (jobs: readonly ShownJob[]): string =>
  jobs.every(({ workflow }) => workflow === null) ? "images" : "runs";

/** How many prompts of failed submissions are named. */
const NAMED = 3;

function promptsOf(jobs: readonly ShownJob[]): string[] {
  return [...new Set(jobs.map((job) => job.prompt))];
}

function Prompts({ jobs }: { readonly jobs: readonly ShownJob[] }) {
  const prompts = promptsOf(jobs);
  return (
    <Box sx={{ mb: 0.25 }}>
      {prompts.slice(0, NAMED).map((prompt) => (
        <Typography key={prompt} noWrap dir="auto" title={prompt} sx={{ color: "text.primary" }}>
          {prompt}
        </Typography>
      ))}
      {prompts.length > NAMED ? (
        <Typography variant="body2">and {prompts.length - NAMED} more prompts</Typography>
      ) : null}
    </Box>
  );
}

/** The server's own text, folded. */
function Details({ text }: { readonly text: string }) {
  const [isShown, setIsShown] = useState(false);
  const id = useId();
  return (
    <>
      <Button
        color="inherit"
        size="small"
        aria-expanded={isShown}
        aria-controls={id}
        onClick={() => setIsShown(!isShown)}
      >
        {isShown ? "Hide details" : "Details"}
      </Button>
      <Box id={id} hidden={!isShown} sx={{ flexBasis: "100%", ml: 1 }}>
        <Typography
          component="pre"
          sx={{
            m: 0,
            fontSize: "0.8125rem",
            fontFamily: "monospace",
            whiteSpace: "pre-wrap",
            maxHeight: 240,
            overflowY: "auto",
          }}
        >
          {isShown ? text : null}
        </Typography>
      </Box>
    </>
  );
}
