import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import { ImagePlus } from "lucide-react";
import { memo, useCallback, useMemo, useState } from "react";
import { Link } from "react-router";
import { messageOf } from "@/api/problem";
import { ExamplePrompts, type FeedState, hasImage, type Submission, useFeed } from "@/features/jobs";
import { ConnectionNotice } from "@/features/session";
import { formatCount } from "@/lib/format";
import { EmptyState } from "@/ui/empty-state";
import { ProblemState } from "@/ui/problem-state";
import { useToast } from "@/ui/toast";
import type { GenerateSettings } from "../settings";
import { FailureCard } from "./failures";
import { type EndedItem, type FeedItems, itemsOf } from "./feed-items";
import { SubmissionCard } from "./submission-card";
import { type Dismissed, useDismissed } from "./use-dismissed";
import { WaitingSubmissions } from "./waiting-submissions";

/** How many open submissions are shown at first, and how many more with each click. */
const SHOWN_OPEN = 6;

const column = {
  display: "grid",
  gap: 3.5,
  gridTemplateColumns: "minmax(0, 1fr)",
  alignContent: "start",
} as const;

/** On a wide window older results are beside the current ones, in as many columns as fit. */
const results = {
  ...column,
  "@media (min-width: 1800px)": { gridTemplateColumns: "minmax(0, 1fr) minmax(0, 1fr)" },
} as const;
const older = {
  ...column,
  "@media (min-width: 1800px)": { gridTemplateColumns: "repeat(auto-fill, minmax(360px, 1fr))" },
} as const;

interface StatusPanelProps {
  /** Called with the settings of a submission that is to be changed. */
  readonly onRestore: (settings: GenerateSettings) => void;
}

/**
 * Waiting, open and ended submissions, updated by the websocket or by polling.
 *
 * Not drawn again while the user types in the form beside it.
 */
export const StatusPanel = memo(function StatusPanel({ onRestore }: StatusPanelProps) {
  const feed = useFeed();
  const dismissed = useDismissed();
  const { submissions } = feed;
  const items = useMemo(
    () => itemsOf(submissions, dismissed.isDismissed),
    [submissions, dismissed.isDismissed],
  );
  const waiting = <WaitingSubmissions onRestore={onRestore} />;
  if (feed.error)
    return (
      <>
        {waiting}
        <ProblemState error={feed.error} onRetry={feed.retry} />
      </>
    );
  if (feed.isLoading) return <Skeleton variant="rounded" sx={{ height: 380, borderRadius: "14px" }} />;
  return (
    <Box
      component="section"
      aria-label="Results"
      sx={{ display: "grid", gap: 3, gridTemplateColumns: "minmax(0, 1fr)" }}
    >
      <ConnectionNotice isPolling={feed.liveness === "polling"} />
      {waiting}
      <Items items={items} dismissed={dismissed} />
      {items.open.length + items.ended.length === 0 ? <NoResults /> : null}
      <Older feed={feed} />
    </Box>
  );
});

function Items({
  items: { open, ended },
  dismissed,
}: {
  readonly items: FeedItems;
  readonly dismissed: Dismissed;
}) {
  const toast = useToast();
  const [limit, setLimit] = useState(SHOWN_OPEN);
  const onError = useCallback(
    (error: unknown) => toast({ message: messageOf(error), severity: "error" }),
    [toast],
  );
  const actions = { onError, onDismiss: dismissed.dismiss };
  const hidden = Math.max(0, open.length - limit);
  // The newest images are shown large when nothing is open.
  const large = ended.findIndex((item) => item.kind === "submission" && item.submission.jobs.some(hasImage));
  if (open.length + ended.length === 0) return null;
  const current = open.length > 0 ? 0 : large + 1;
  const endedCard = (item: EndedItem, isLarge: boolean) =>
    item.kind === "failure" ? (
      <FailureCard key={item.key} jobs={item.jobs} {...actions} />
    ) : (
      <SubmissionCard
        key={item.key}
        submission={item.submission}
        isLarge={isLarge}
        isDismissed={dismissed.isDismissed}
        {...actions}
      />
    );
  return (
    <Box sx={open.length + current > 0 ? results : column}>
      <Box sx={open.length + current > 0 ? column : { display: "none" }}>
        {open.slice(0, limit).map((submission, index) => (
          <SubmissionCard
            key={keyAt(index, submission)}
            submission={submission}
            isLarge={index === 0}
            isDismissed={dismissed.isDismissed}
            {...actions}
          />
        ))}
        {hidden > 0 ? (
          <Button
            color="inherit"
            variant="outlined"
            sx={{ justifySelf: "start" }}
            onClick={() => setLimit(limit + 5 * SHOWN_OPEN)}
          >
            Show {formatCount(hidden)} more in the queue
          </Button>
        ) : null}
        {ended.slice(0, current).map((item, index) => endedCard(item, index === large))}
      </Box>
      {ended.length > current ? (
        <Box sx={older}>{ended.slice(current).map((item) => endedCard(item, false))}</Box>
      ) : null}
    </Box>
  );
}

/**
 * Cards that move up stay mounted: their images are not loaded again. The first one is laid out anew, large, and
 * mounted again instead of sliding over the others.
 */
const keyAt = (place: number, { batchId }: Submission): string =>
  place === 0 ? `first ${batchId}` : batchId;

function NoResults() {
  return (
    <Box sx={{ border: 1, borderStyle: "dashed", borderColor: "divider", borderRadius: "18px" }}>
      <EmptyState icon={ImagePlus} title="Your images appear here" action={<ExamplePrompts />}>
        Describe an image and press Generate, or start with an example:
      </EmptyState>
    </Box>
  );
}

function Older({ feed }: { readonly feed: FeedState }) {
  const { loadOlder } = feed;
  if (feed.submissions.length === 0) return null;
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
      {loadOlder === null ? null : (
        <Button variant="outlined" loading={feed.isLoadingOlder} onClick={loadOlder}>
          Show older results
        </Button>
      )}
      <Button component={Link} to="/generate/history">
        See full history
      </Button>
    </Box>
  );
}
