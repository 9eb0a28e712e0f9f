import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Workflow as WorkflowIcon } from "lucide-react";
import { memo, useCallback, useMemo, useState } from "react";
import { Link } from "react-router";
import { messageOf } from "@/api/problem";
import type { Content } from "@/api/types";
import { ContentTile, contentOfWorkflowQuery } from "@/features/content";
import {
  FailureCard,
  itemsOf,
  SubmissionCard,
  useDismissed,
  WaitingSubmissions,
} from "@/features/generate/status";
import { type Submission, useFeed } from "@/features/jobs";
import { ConnectionNotice } from "@/features/session";
import { EmptyState } from "@/ui/empty-state";
import { LoadMore } from "@/ui/load-more";
import { useToast } from "@/ui/toast";

const column = { display: "grid", gap: 3.5, gridTemplateColumns: "minmax(0, 1fr)" } as const;
const none = () => undefined;
/** Ended submissions of this visit that are shown as cards; older results are tiles. */
const SHOWN_ENDED = 3;

/** Submissions of a workflow as they run, and everything that it made before. */
export const RunResults = memo(function RunResults({ workflowId }: { readonly workflowId: number }) {
  const feed = useFeed();
  const toast = useToast();
  const dismissed = useDismissed();
  const [openedAt] = useState(() => new Date().toISOString());
  const items = useMemo(() => {
    const own = feed.submissions.filter((one) => isOf(one, workflowId));
    const { open, ended } = itemsOf(own, dismissed.isDismissed);
    return { open, ended: ended.filter((item) => endOf(item) > openedAt).slice(0, SHOWN_ENDED) };
  }, [feed.submissions, workflowId, dismissed.isDismissed, openedAt]);
  const onError = useCallback(
    (error: unknown) => toast({ message: messageOf(error), severity: "error" }),
    [toast],
  );
  const actions = { onError, onDismiss: dismissed.dismiss };
  const hasCards = items.open.length + items.ended.length > 0;
  return (
    <Box component="section" aria-label="Results" sx={column}>
      <ConnectionNotice isPolling={feed.liveness === "polling"} />
      <WaitingSubmissions onRestore={none} />
      {items.open.map((submission, index) => (
        <SubmissionCard
          key={submission.batchId}
          submission={submission}
          isLarge={index === 0}
          isDismissed={dismissed.isDismissed}
          {...actions}
        />
      ))}
      {items.ended.map((item, index) =>
        item.kind === "failure" ? (
          <FailureCard key={item.key} jobs={item.jobs} {...actions} />
        ) : (
          <SubmissionCard
            key={item.key}
            submission={item.submission}
            isLarge={index === 0 && items.open.length === 0}
            isDismissed={dismissed.isDismissed}
            {...actions}
          />
        ),
      )}
      <Earlier workflowId={workflowId} hasCards={hasCards} shown={jobsOf(items)} />
    </Box>
  );
});

const isOf = ({ jobs: [job] }: Submission, workflowId: number): boolean => job.workflow?.id === workflowId;

type Items = ReturnType<typeof itemsOf>;

function endOf(item: Items["ended"][number]): string {
  const jobs = item.kind === "failure" ? item.jobs : item.submission.jobs;
  return (
    jobs
      .map(({ completed_at }) => completed_at ?? "")
      .toSorted()
      .at(-1) ?? ""
  );
}

const jobsOf = ({ open, ended }: Items): ReadonlySet<number> =>
  new Set(
    [...open, ...ended.flatMap((item) => (item.kind === "submission" ? [item.submission] : []))].flatMap(
      ({ jobs }) => jobs.map(({ id }) => id),
    ),
  );

interface EarlierProps {
  readonly workflowId: number;
  readonly hasCards: boolean;
  /** Jobs whose results are shown above. */
  readonly shown: ReadonlySet<number>;
}

/** Results of the workflow from before, as tiles, and links to all of them. */
function Earlier({ workflowId, hasCards, shown }: EarlierProps) {
  const query = useInfiniteQuery(contentOfWorkflowQuery(workflowId));
  const items = (query.data?.pages.flatMap((page) => page.items) ?? []).filter(
    ({ job_id }) => job_id === null || !shown.has(job_id),
  );
  if (items.length === 0)
    return hasCards || query.isPending ? null : (
      <Box sx={{ border: 1, borderStyle: "dashed", borderColor: "divider", borderRadius: "18px" }}>
        <EmptyState icon={WorkflowIcon} title="Results appear here">
          Fill in the fields and press Run.
        </EmptyState>
      </Box>
    );
  return (
    <Box component="section" aria-label="Earlier results" sx={{ display: "grid", gap: 1.5 }}>
      {hasCards ? (
        <Typography variant="h3" sx={{ fontSize: "1rem" }}>
          Earlier results
        </Typography>
      ) : null}
      <Box
        component="ul"
        sx={{
          display: "grid",
          gap: 1.25,
          gridTemplateColumns: "repeat(auto-fill, minmax(min(45%, 180px), 1fr))",
          listStyle: "none",
          m: 0,
          p: 0,
        }}
      >
        {items.map((item: Content) => (
          <li key={item.id} data-tile style={{ aspectRatio: "1" }}>
            <ContentTile item={item} width={260} />
          </li>
        ))}
      </Box>
      <LoadMore query={query} />
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
        <Button component={Link} to={`/gallery?workflow=${workflowId}`}>
          Show in the gallery
        </Button>
        <Button component={Link} to={`/generate/history?workflow=${workflowId}`}>
          See the history
        </Button>
      </Box>
    </Box>
  );
}
