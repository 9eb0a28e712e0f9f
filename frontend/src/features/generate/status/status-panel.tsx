import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import { ImagePlus } from "lucide-react";
import { Link } from "react-router";
import { messageOf } from "@/api/problem";
import { ExamplePrompts, hasImage, isOpen, useFeed, visibleSubmissions } from "@/features/jobs";
import { EmptyState } from "@/ui/empty-state";
import { ProblemState } from "@/ui/problem-state";
import { useToast } from "@/ui/toast";
import { SubmissionCard } from "./submission-card";

/** How many finished submissions are shown besides the open ones. */
const SHOWN_RESULTS = 6;

/** Open and recently finished submissions, updated by the websocket or by polling. */
export function StatusPanel() {
  const feed = useFeed();
  const toast = useToast();
  const submissions = visibleSubmissions(feed.jobs, SHOWN_RESULTS);
  const large = submissions.findIndex((one) => isOpen(one) || one.jobs.some(hasImage));
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });

  if (feed.error) return <ProblemState error={feed.error} onRetry={feed.retry} />;
  if (feed.isLoading) return <Skeleton variant="rounded" sx={{ height: 380, borderRadius: "14px" }} />;
  return (
    <Box
      component="section"
      aria-label="Results"
      sx={{ display: "grid", gap: 3, gridTemplateColumns: "minmax(0, 1fr)" }}
    >
      {feed.liveness === "polling" ? (
        <Alert severity="warning" variant="outlined">
          The live connection is down. Checking every 2 seconds.
        </Alert>
      ) : null}
      {submissions.length > 0 ? (
        <Box sx={{ display: "grid", gap: 3.5, gridTemplateColumns: "minmax(0, 1fr)" }}>
          {submissions.map((submission, index) => (
            <SubmissionCard
              // The key depends on the place: a card that moves is mounted again instead of sliding over the others.
              key={submission === submissions[0] ? `first ${submission.batchId}` : submission.batchId}
              submission={submission}
              isLarge={index === large}
              onError={onError}
            />
          ))}
        </Box>
      ) : null}
      {submissions.length === 0 ? (
        <Box sx={{ border: 1, borderStyle: "dashed", borderColor: "divider", borderRadius: "18px" }}>
          <EmptyState icon={ImagePlus} title="Your images appear here" action={<ExamplePrompts />}>
            Describe an image and press Generate, or start with an example:
          </EmptyState>
        </Box>
      ) : null}
      {submissions.length > SHOWN_RESULTS ? (
        <Button component={Link} to="/generate/history" sx={{ justifySelf: "start" }}>
          See full history
        </Button>
      ) : null}
    </Box>
  );
}
