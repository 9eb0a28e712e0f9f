import Box from "@mui/material/Box";
import type { JobStatistics } from "@/api/types";
import { formatCount, formatSeconds } from "@/lib/format";
import { BarChart } from "./bar-chart";

const hour = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const dayAndHour = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  hour: "numeric",
  minute: "2-digit",
});
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const FORMATS = { day: hour, week: dayAndHour, month: day } as const;

interface JobChartsProps {
  readonly statistics: JobStatistics;
}

/** Jobs by outcome, and waiting and render times, over the period of the statistics. */
export function JobCharts({ statistics }: JobChartsProps) {
  const { buckets, period, total } = statistics;
  const labels = buckets.map(({ at }) => FORMATS[period].format(new Date(at)));
  const of = (name: "completed" | "failed" | "cancelled" | "wait_seconds" | "render_seconds") =>
    buckets.map(({ jobs }) => jobs[name]);
  return (
    <Box
      sx={{
        display: "grid",
        gap: 4,
        gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "repeat(3, minmax(0, 1fr))" },
      }}
    >
      <BarChart
        title="Jobs"
        summary={`${total.completed} completed, ${total.failed} failed, ${total.cancelled} cancelled`}
        labels={labels}
        format={formatCount}
        series={[
          { label: "Completed", color: "success", values: of("completed") },
          { label: "Failed", color: "error", values: of("failed") },
          { label: "Cancelled", color: "warning", values: of("cancelled") },
        ]}
      />
      <BarChart
        title="Waiting time, mean"
        summary={timesOf(total.wait_seconds, total.wait_seconds_max)}
        labels={labels}
        format={formatSeconds}
        series={[{ label: "Waiting time", color: "secondary", values: of("wait_seconds") }]}
      />
      <BarChart
        title="Render time, mean"
        summary={timesOf(total.render_seconds, total.render_seconds_max)}
        labels={labels}
        format={formatSeconds}
        series={[{ label: "Render time", color: "primary", values: of("render_seconds") }]}
      />
    </Box>
  );
}

const timesOf = (mean: number | null, longest: number | null): string =>
  mean === null || longest === null
    ? "no values"
    : `${formatSeconds(mean)} on average, ${formatSeconds(longest)} at most`;
