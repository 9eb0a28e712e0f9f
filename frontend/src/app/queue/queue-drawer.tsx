import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Drawer from "@mui/material/Drawer";
import IconButton from "@mui/material/IconButton";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { ArrowUpToLine, CircleCheckBig, X } from "lucide-react";
import { type ReactNode, useCallback, useMemo } from "react";
import { Link } from "react-router";
import { messageOf } from "@/api/problem";
import {
  hasImage,
  isOpen,
  isWaiting,
  JobImage,
  LivePreview,
  openSubmissions,
  type Submission,
  SubmissionHead,
  useFeed,
  useMoveToTop,
} from "@/features/jobs";
import { useIsAdmin } from "@/features/session";
import { EmptyState } from "@/ui/empty-state";
import { ProblemState } from "@/ui/problem-state";
import { useToast } from "@/ui/toast";
import { CancelAll, Retry } from "./queue-actions";

interface QueueDrawerProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** The user's submissions: running and waiting ones with progress and place, and the last results. */
export function QueueDrawer({ open, onClose }: QueueDrawerProps) {
  return (
    <Drawer
      anchor="right"
      open={open}
      onClose={onClose}
      slotProps={{
        paper: {
          role: "dialog",
          "aria-label": "Queue",
          sx: { width: { xs: "100%", sm: 440 }, p: { xs: 2, sm: 2.5 } },
        },
      }}
    >
      <Box sx={{ display: "flex", alignItems: "center", mb: 2 }}>
        <Typography variant="h2" sx={{ flex: 1 }}>
          Queue
        </Typography>
        <IconButton aria-label="Close the queue" onClick={onClose} edge="end">
          <X size={20} aria-hidden />
        </IconButton>
      </Box>
      <Submissions onClose={onClose} />
    </Drawer>
  );
}

const SHOWN_ENDED = 6;

function Submissions({ onClose }: Pick<QueueDrawerProps, "onClose">) {
  const feed = useFeed();
  const toast = useToast();
  const onError = useCallback(
    (error: unknown) => toast({ message: messageOf(error), severity: "error" }),
    [toast],
  );
  const { submissions } = feed;
  const open = useMemo(() => openSubmissions(submissions), [submissions]);
  const ended = submissions.filter((one) => !isOpen(one)).slice(0, SHOWN_ENDED);
  if (feed.error) return <ProblemState error={feed.error} onRetry={feed.retry} />;
  if (feed.isLoading) return <Skeleton variant="rounded" height={96} />;
  return (
    <Box sx={{ display: "grid", gap: 3, gridTemplateColumns: "minmax(0, 1fr)" }}>
      {open.length === 0 ? (
        <EmptyState icon={CircleCheckBig} title="Nothing is waiting">
          Images that you generate appear here until they are ready.
        </EmptyState>
      ) : (
        <Box>
          {open.length > 1 ? <CancelAll open={open} onError={onError} /> : null}
          <List label="Running and waiting">
            {open.map((one) => (
              <OpenSubmission key={one.batchId} submission={one} onError={onError} />
            ))}
          </List>
        </Box>
      )}
      {ended.length === 0 ? null : (
        <Box>
          <Typography variant="overline" component="h3" sx={{ color: "text.secondary" }}>
            Last results
          </Typography>
          <List label="Last results">
            {ended.map((one) => (
              <li key={one.batchId}>
                <SubmissionHead submission={one} onError={onError} />
                <Retry submission={one} onError={onError} />
                <Results submission={one} onClose={onClose} />
              </li>
            ))}
          </List>
        </Box>
      )}
      <Box sx={{ display: "flex", gap: 1 }}>
        <Button component={Link} to="/generate" onClick={onClose} variant="outlined">
          Open in Generate
        </Button>
        <Button component={Link} to="/generate/history" onClick={onClose}>
          Full history
        </Button>
      </Box>
    </Box>
  );
}

function List({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <Box
      component="ul"
      aria-label={label}
      sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 2.5, gridTemplateColumns: "minmax(0, 1fr)" }}
    >
      {children}
    </Box>
  );
}

interface OpenSubmissionProps {
  readonly submission: Submission;
  readonly onError: (error: unknown) => void;
}

function OpenSubmission({ submission, onError }: OpenSubmissionProps) {
  const isAdmin = useIsAdmin();
  const { mutate: move, isPending } = useMoveToTop();
  const running = submission.jobs.find(({ status }) => status === "running");
  const mayMove = isAdmin && submission.jobs.some(({ status }) => isWaiting(status));
  return (
    <Box component="li" sx={{ display: "flex", gap: 1.5, alignItems: "flex-start" }}>
      {running === undefined ? null : (
        <Box sx={{ width: 64, flex: "none", borderRadius: "10px", overflow: "hidden" }}>
          <LivePreview job={running} />
        </Box>
      )}
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <SubmissionHead submission={submission} onError={onError} />
        {mayMove ? (
          <Button
            size="small"
            color="inherit"
            loading={isPending}
            startIcon={<ArrowUpToLine size={15} aria-hidden />}
            onClick={() => move(submission.batchId, { onError })}
          >
            Move to top
          </Button>
        ) : null}
      </Box>
    </Box>
  );
}

const SHOWN_RESULTS = 6;
const THUMBNAIL = { width: 64, height: 64, objectFit: "cover" } as const;

function Results({ submission, onClose }: { readonly submission: Submission; readonly onClose: () => void }) {
  const jobs = submission.jobs.filter(hasImage).slice(0, SHOWN_RESULTS);
  if (jobs.length === 0) return null;
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 0.75 }} onClick={onClose}>
      {jobs.map((job) => (
        <JobImage key={job.id} job={job} sizes="64px" style={THUMBNAIL} />
      ))}
    </Box>
  );
}
