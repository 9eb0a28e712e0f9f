import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Card from "@mui/material/Card";
import { useQuery } from "@tanstack/react-query";
import { Sparkles } from "lucide-react";
import { Link } from "react-router";
import { messageOf } from "@/api/problem";
import { contentStatsQuery } from "@/features/content";
import {
  currentOf,
  jobStatsQuery,
  openSubmissions,
  type Submission,
  SubmissionHead,
  useFeed,
} from "@/features/jobs";
import { formatCount } from "@/lib/format";
import { Page } from "@/ui/page";
import { Section } from "@/ui/section";
import { useToast } from "@/ui/toast";
import { FirstImage } from "./first-image";
import { RecentImages } from "./recent-images";
import { Statistics } from "./statistics";

const sections = { display: "grid", gap: { xs: 4, md: 5 }, gridTemplateColumns: "minmax(0, 1fr)" } as const;

/** Statistics, running jobs and recent images. */
export function DashboardPage() {
  const feed = useFeed();
  const isNew = useIsNew();
  return (
    <Page
      title="Dashboard"
      actions={
        <Button
          variant="contained"
          component={Link}
          to="/generate"
          startIcon={<Sparkles size={17} aria-hidden />}
        >
          New image
        </Button>
      }
    >
      {isNew ? (
        <Box sx={sections}>
          <FirstImage />
          <RecentImages title="Shared by others" scope="community" />
        </Box>
      ) : (
        <Box sx={sections}>
          <Statistics />
          {/* Hidden until it is known whether jobs run: their section would move the ones below. */}
          <Box sx={[sections, { visibility: feed.isLoading ? "hidden" : "visible" }]}>
            <Running submissions={feed.submissions} />
            <RecentImages title="Recent" scope="mine" />
            <RecentImages title="Shared by others" scope="community" />
          </Box>
        </Box>
      )}
    </Page>
  );
}

/** Return whether the user has no jobs and no images. */
function useIsNew(): boolean {
  const jobs = useQuery(jobStatsQuery("mine")).data;
  const content = useQuery(contentStatsQuery).data;
  return jobs?.total === 0 && content?.mine_count === 0;
}

/** How many open submissions are shown; the Generate page shows all. */
const SHOWN_RUNNING = 6;

function Running({ submissions }: { readonly submissions: readonly Submission[] }) {
  const toast = useToast();
  const open = openSubmissions(submissions);
  if (open.length === 0) return null;
  const hidden = open.length - SHOWN_RUNNING;
  return (
    <Section
      title="In progress"
      action={
        hidden > 0 ? (
          <Button size="small" component={Link} to="/generate">
            {formatCount(hidden)} more in the queue
          </Button>
        ) : null
      }
    >
      <Box
        sx={{
          display: "grid",
          gap: 1.5,
          gridTemplateColumns: "repeat(auto-fill, minmax(min(100%, 340px), 1fr))",
        }}
      >
        {open.slice(0, SHOWN_RUNNING).map((submission) => (
          <Card key={submission.batchId} data-job={currentOf(submission).id} sx={{ p: 2 }}>
            <SubmissionHead
              submission={submission}
              onError={(error) => toast({ message: messageOf(error), severity: "error" })}
            />
          </Card>
        ))}
      </Box>
    </Section>
  );
}
