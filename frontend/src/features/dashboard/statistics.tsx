import Box from "@mui/material/Box";
import Card from "@mui/material/Card";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { JobStats, JobStatus } from "@/api/types";
import { contentStatsQuery } from "@/features/content";
import { jobStatsQuery } from "@/features/jobs";
import { formatBytes, formatCompact, formatSeconds } from "@/lib/format";
import { ActivityChart } from "./activity-chart";
import { DurationChart } from "./duration-chart";
import { Ring } from "./ring";

interface Figures {
  readonly jobs: string;
  readonly waiting: string;
  readonly running: string;
  /** Completed jobs among completed and failed ones, 0..1; null while there are none. */
  readonly share: number | null;
  readonly failures: string;
  readonly runTime: string;
  readonly waitTime: string | null;
}

function figuresOf({ counts, total, mean_run_seconds: run, mean_wait_seconds: wait }: JobStats): Figures {
  const of = (status: JobStatus) => counts[status] ?? 0;
  const finished = of("completed") + of("failed");
  return {
    jobs: `${formatCompact(total)} total`,
    waiting: formatCompact(of("pending") + of("queued")),
    running: `${of("running")} running`,
    share: finished === 0 ? null : of("completed") / finished,
    failures: `${of("failed")} failed, ${of("cancelled")} cancelled`,
    runTime: run === null ? "–" : formatSeconds(run),
    waitTime: wait === null ? null : `${formatSeconds(wait)} average wait`,
  };
}

/** Counts, success rate and render times of the jobs of the user. */
export function Statistics() {
  const stats = useQuery(jobStatsQuery("mine")).data;
  const content = useQuery(contentStatsQuery).data;
  const figures = stats && figuresOf(stats);
  const share = figures?.share ?? null;
  return (
    <Box
      component="section"
      aria-label="Statistics"
      sx={{
        display: "grid",
        gap: { xs: 1, sm: 1.5 },
        gridTemplateColumns: { xs: "minmax(0, 1fr) minmax(0, 1fr)", lg: "1fr 1fr 1fr 1.3fr" },
      }}
    >
      <Tile
        label="Gallery"
        value={content && formatCompact(content.mine_count)}
        chart={content === undefined ? null : <ActivityChart days={content.days} />}
      >
        {content === undefined ? null : formatBytes(content.size_bytes)}
      </Tile>
      <Tile label="Jobs waiting" value={figures?.waiting}>
        {figures === undefined ? null : `${figures.running}, ${figures.jobs}`}
      </Tile>
      <Tile
        label="Success rate"
        value={figures && (share === null ? "–" : `${Math.round(share * 100)} %`)}
        chart={<Ring share={share} />}
      >
        {figures?.failures}
      </Tile>
      <Tile label="Render time" value={figures?.runTime} chart={<DurationChart />}>
        {figures?.waitTime}
      </Tile>
    </Box>
  );
}

interface TileProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly children: ReactNode;
  /** Hidden on phones. */
  readonly chart?: ReactNode;
}

function Tile({ label, value, children, chart }: TileProps) {
  return (
    <Card
      sx={{
        p: { xs: 1.75, sm: 2.25 },
        display: "flex",
        alignItems: "center",
        gap: 1.25,
        minHeight: { sm: 116 },
      }}
    >
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography variant="body2" sx={{ color: "text.secondary", fontWeight: 500 }}>
          {label}
        </Typography>
        <Typography variant="h1" component="p" sx={{ my: 0.25, fontVariantNumeric: "tabular-nums" }}>
          {value ?? <Skeleton width={80} />}
        </Typography>
        <Typography variant="body2" sx={{ color: "text.secondary", minHeight: "1.43em" }}>
          {children}
        </Typography>
      </Box>
      {chart ? <Box sx={{ display: { xs: "none", sm: "contents" } }}>{chart}</Box> : null}
    </Card>
  );
}
