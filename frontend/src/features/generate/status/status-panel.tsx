import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { ImagePlus } from "lucide-react";
import { messageOf } from "@/api/problem";
import type { Job } from "@/api/types";
import { groupByBatch, isTerminal, isWaiting, RunCard, useFeed } from "@/features/jobs";
import { EmptyState } from "@/ui/empty-state";
import { ProblemState } from "@/ui/problem-state";
import { useToast } from "@/ui/toast";
import { BatchResult } from "./batch-result";

/** Submissions shown below the running ones. */
const SHOWN_RESULTS = 6;

interface StatusPanelProps {
  /** Called with a prompt to begin with. */
  readonly onExample: (prompt: string) => void;
}

/** What runs, what waits, and what came out of it: by the socket, or by polling. */
export function StatusPanel({ onExample }: StatusPanelProps) {
  const feed = useFeed();
  const toast = useToast();
  const open = feed.jobs.filter((job) => !isTerminal(job.status)).toSorted(inOrderOfTurn);
  const results = groupByBatch(feed.jobs.filter((job) => isTerminal(job.status))).slice(0, SHOWN_RESULTS);
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });

  if (feed.error) return <ProblemState error={feed.error} onRetry={feed.retry} />;
  if (feed.isLoading) return <Skeleton variant="rounded" sx={{ height: 380, borderRadius: "14px" }} />;
  return (
    <Box
      component="section"
      aria-label="Generation status"
      sx={{ display: "grid", gap: 3, gridTemplateColumns: "minmax(0, 1fr)" }}
    >
      {feed.liveness === "polling" ? (
        <Alert severity="warning" variant="outlined">
          The live connection is down. Progress is asked for every 2 seconds until it is back.
        </Alert>
      ) : null}
      {open.length > 0 ? (
        <Box sx={{ display: "grid", gap: 1.5, gridTemplateColumns: "minmax(0, 1fr)" }} aria-live="polite">
          {open.map((job, index) => (
            <RunCard key={job.id} job={job} size={index === 0 ? "large" : "small"} onError={onError} />
          ))}
        </Box>
      ) : null}
      {results.map(({ batchId, jobs }, index) => (
        <BatchResult key={batchId} jobs={jobs} isNewest={index === 0 && open.length === 0} />
      ))}
      {open.length === 0 && results.length === 0 ? (
        <Box sx={{ border: 1, borderStyle: "dashed", borderColor: "divider", borderRadius: "18px" }}>
          <EmptyState
            icon={ImagePlus}
            title="Your pictures appear here"
            action={<Examples onChoose={onExample} />}
          >
            Describe one and press Generate, or begin with one of these:
          </EmptyState>
        </Box>
      ) : null}
      {results.length > 0 ? (
        <Typography variant="body2" sx={{ color: "text.secondary" }}>
          Older ones are in the history.
        </Typography>
      ) : null}
    </Box>
  );
}

const EXAMPLES = [
  "a lighthouse at dusk, long exposure, soft rain",
  "snowy mountains under a green aurora",
  "a fox asleep under autumn leaves, watercolour",
];

function Examples({ onChoose }: { readonly onChoose: (prompt: string) => void }) {
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", justifyContent: "center", gap: 1 }}>
      {EXAMPLES.map((prompt) => (
        <Chip key={prompt} variant="outlined" label={prompt} onClick={() => onChoose(prompt)} />
      ))}
    </Box>
  );
}

/** Running first, then by place in the line. */
function inOrderOfTurn(left: Job, right: Job): number {
  const waits = Number(isWaiting(left.status)) - Number(isWaiting(right.status));
  return waits || (left.queue_position ?? 0) - (right.queue_position ?? 0) || left.id - right.id;
}
