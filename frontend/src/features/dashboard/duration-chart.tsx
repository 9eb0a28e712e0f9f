import Box from "@mui/material/Box";
import { useInfiniteQuery } from "@tanstack/react-query";
import { jobsQuery } from "@/features/jobs";
import { formatSeconds, secondsBetween } from "@/lib/format";

const SHOWN = 30;
const WIDTH = 240;
const HEIGHT = 64;

/** Render times of the newest jobs, newest on the right. */
export function DurationChart() {
  const query = useInfiniteQuery(jobsQuery({ status: ["completed"], sort: "newest" }));
  const seconds = (query.data?.pages[0]?.items ?? [])
    .slice(0, SHOWN)
    .map((job) => ({ id: job.id, seconds: secondsBetween(job.started_at, job.completed_at) ?? 0 }))
    .reverse();
  const longest = Math.max(...seconds.map((one) => one.seconds), 0.001);
  if (seconds.length < 2) return null;
  const width = WIDTH / SHOWN;
  return (
    <Box
      component="svg"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Render times of the newest ${seconds.length} jobs, at most ${formatSeconds(longest)}`}
      sx={{ width: "45%", maxWidth: 320, height: HEIGHT, flex: "none" }}
      preserveAspectRatio="none"
    >
      {seconds.map((one, index) => {
        const height = Math.max(3, (one.seconds / longest) * HEIGHT);
        const fromRight = seconds.length - index;
        return (
          <Box
            component="rect"
            key={one.id}
            x={WIDTH - fromRight * width + 1}
            y={HEIGHT - height}
            width={width - 2}
            height={height}
            rx="2"
            sx={{
              fill: "var(--mui-palette-secondary-main)",
              opacity: index === seconds.length - 1 ? 1 : 0.55,
            }}
          />
        );
      })}
    </Box>
  );
}
