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
  /** 0..1; null while nothing has ended. */
  readonly share: number | null;
  readonly ended: string;
  readonly runTime: string;
  readonly waitTime: string | null;
}

function figuresOf({ counts, total, mean_run_seconds: run, mean_wait_seconds: wait }: JobStats): Figures {
  const of = (status: JobStatus) => counts[status] ?? 0;
  const ended = of("completed") + of("failed");
  return {
    jobs: `${formatCompact(total)} in all`,
    waiting: formatCompact(of("pending") + of("queued")),
    running: `${of("running")} running`,
    share: ended === 0 ? null : of("completed") / ended,
    ended: `${of("failed")} failed, ${of("cancelled")} cancelled`,
    runTime: run === null ? "–" : formatSeconds(run),
    waitTime: wait === null ? null : `after ${formatSeconds(wait)} in line`,
  };
}

/** Counts, success and durations of one's own jobs. */
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
        label="Pictures"
        value={content && formatCompact(content.mine_count)}
        picture={content === undefined ? null : <ActivityChart days={content.days} />}
      >
        {content === undefined ? null : formatBytes(content.size_bytes)}
      </Tile>
      <Tile label="Jobs waiting" value={figures?.waiting}>
        {figures === undefined ? null : `${figures.running}, ${figures.jobs}`}
      </Tile>
      <Tile
        label="Success"
        value={figures && (share === null ? "–" : `${Math.round(share * 100)} %`)}
        picture={<Ring share={share} />}
      >
        {figures?.ended}
      </Tile>
      <Tile label="Time per picture" value={figures?.runTime} picture={<DurationChart />}>
        {figures?.waitTime}
      </Tile>
    </Box>
  );
}

interface TileProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly children: ReactNode;
  /** Left out where there is no room beside the number. */
  readonly picture?: ReactNode;
}

function Tile({ label, value, children, picture }: TileProps) {
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
        <Typography variant="body2" noWrap sx={{ color: "text.secondary", minHeight: "1.43em" }}>
          {children}
        </Typography>
      </Box>
      {picture ? <Box sx={{ display: { xs: "none", sm: "contents" } }}>{picture}</Box> : null}
    </Card>
  );
}
