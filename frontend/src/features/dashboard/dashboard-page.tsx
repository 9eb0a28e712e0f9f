import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { Sparkles } from "lucide-react";
import { Link } from "react-router";
import { messageOf } from "@/api/problem";
import { isTerminal, RunCard, useFeed } from "@/features/jobs";
import { Page } from "@/ui/page";
import { Section } from "@/ui/section";
import { useToast } from "@/ui/toast";
import { RecentWorks } from "./recent-works";
import { Statistics } from "./statistics";

/** What there is, what runs, what came lately. */
export function DashboardPage() {
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
          New picture
        </Button>
      }
    >
      <Box sx={{ display: "grid", gap: { xs: 4, md: 5 } }}>
        <Statistics />
        <Running />
        <RecentWorks title="Your newest" scope="mine" />
        <RecentWorks title="From the community" scope="community" />
      </Box>
    </Page>
  );
}

function Running() {
  const feed = useFeed();
  const toast = useToast();
  const open = feed.jobs
    .filter((job) => !isTerminal(job.status))
    .toSorted((left, right) => left.id - right.id);
  if (open.length === 0) return null;
  return (
    <Section title="Running now">
      <Box
        sx={{
          display: "grid",
          gap: 1.5,
          gridTemplateColumns: "repeat(auto-fill, minmax(min(100%, 340px), 1fr))",
        }}
      >
        {open.slice(0, 6).map((job) => (
          <RunCard
            key={job.id}
            job={job}
            onError={(error) => toast({ message: messageOf(error), severity: "error" })}
          />
        ))}
      </Box>
    </Section>
  );
}
