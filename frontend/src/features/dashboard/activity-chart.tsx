import Box from "@mui/material/Box";
import type { ContentStats } from "@/api/types";

interface ActivityChartProps {
  readonly days: ContentStats["days"];
}

/** Items per day, newest day on the right. */
export function ActivityChart({ days }: ActivityChartProps) {
  const most = Math.max(1, ...days.map(({ count }) => count));
  const total = days.reduce((sum, { count }) => sum + count, 0);
  return (
    <Box
      role="img"
      aria-label={`${total} items in the last ${days.length} days, at most ${most} per day`}
      sx={{ display: "flex", alignItems: "flex-end", gap: "3px", height: 64, width: "60%", maxWidth: 260 }}
    >
      {days.map(({ day, count }) => (
        <Box
          key={day}
          title={`${day}: ${count}`}
          sx={{
            flex: 1,
            borderRadius: "2px",
            height: count === 0 ? "3px" : `max(4px, ${(count / most) * 100}%)`,
            bgcolor: count === 0 ? "divider" : "primary.main",
          }}
        />
      ))}
    </Box>
  );
}
