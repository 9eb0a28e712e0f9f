import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { formatExactTime, formatSeconds } from "@/lib/format";
import { Dialog } from "@/ui/overlays";
import { ProblemState } from "@/ui/problem-state";
import { isTerminal } from "./job-reducer";
import { jobEventsQuery, POLL_MS } from "./queries";
import { describeRun } from "./run-labels";
import type { ShownJob } from "./submissions";
import { entriesOf, type TimelineEntry } from "./timeline";
import { useLiveRun } from "./use-feed";

interface TimelineDialogProps {
  readonly job: ShownJob;
  readonly onClose: () => void;
}

/** The timeline of a job, refreshed while the job is open. */
export function TimelineDialog({ job, onClose }: TimelineDialogProps) {
  const titleId = useId();
  const isOpen = !isTerminal(job.status);
  const query = useQuery({ ...jobEventsQuery(job.id), refetchInterval: isOpen ? POLL_MS : false });
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} maxWidth="xs" fullWidth>
      <DialogTitle id={titleId}>Timeline of job {job.id}</DialogTitle>
      <DialogContent>
        {query.isPending ? <Skeleton variant="rounded" height={160} /> : null}
        {query.isError ? <ProblemState error={query.error} onRetry={() => void query.refetch()} /> : null}
        {query.data === undefined ? null : (
          <Box component="ol" sx={{ m: 0, p: 0, listStyle: "none" }}>
            {entriesOf(query.data).map((entry) => (
              <Entry key={entry.key} entry={entry} />
            ))}
            {isOpen ? <Now job={job} /> : null}
          </Box>
        )}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose} autoFocus>
          Close
        </Button>
      </DialogActions>
    </Dialog>
  );
}

const DOTS: Record<TimelineEntry["tone"], string> = {
  neutral: "text.disabled",
  running: "secondary.main",
  good: "success.main",
  bad: "error.main",
};

function Entry({ entry }: { readonly entry: TimelineEntry }) {
  return (
    <Point color={DOTS[entry.tone]}>
      <Typography sx={{ fontWeight: 600 }}>{entry.title}</Typography>
      {entry.reason === null ? null : (
        <Typography variant="body2" sx={{ overflowWrap: "anywhere" }}>
          {entry.reason}
        </Typography>
      )}
      {entry.attempt === null ? null : (
        <Typography
          variant="caption"
          component="p"
          sx={{ color: "text.secondary", overflowWrap: "anywhere" }}
        >
          {entry.attempt}
        </Typography>
      )}
      <Typography variant="caption" sx={{ color: "text.secondary" }}>
        <time dateTime={entry.at}>{formatExactTime(entry.at)}</time>
        {entry.after === null ? null : ` · ${formatSeconds(entry.after)} later`}
      </Typography>
    </Point>
  );
}

function Now({ job }: { readonly job: ShownJob }) {
  const live = useLiveRun(job.id);
  return (
    <Point color="primary.main">
      <Typography variant="body2" sx={{ color: "text.secondary" }}>
        Now: {describeRun(job, live ?? job)}
      </Typography>
    </Point>
  );
}

function Point({ color, children }: { readonly color: string; readonly children: React.ReactNode }) {
  return (
    <Box
      component="li"
      sx={{
        position: "relative",
        pl: 3,
        pb: 2,
        "&::before": {
          content: '""',
          position: "absolute",
          left: 0,
          top: "0.45em",
          width: 10,
          height: 10,
          borderRadius: 99,
          bgcolor: color,
        },
        "&:not(:last-of-type)::after": {
          content: '""',
          position: "absolute",
          left: "4px",
          top: "1.4em",
          bottom: 0,
          width: "2px",
          bgcolor: "divider",
        },
      }}
    >
      {children}
    </Box>
  );
}
