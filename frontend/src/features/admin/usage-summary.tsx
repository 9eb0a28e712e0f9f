import Box from "@mui/material/Box";
import type { ReactNode } from "react";
import type { UserUsage } from "@/api/types";
import { formatBytes, formatCount, formatSeconds } from "@/lib/format";
import { TimeAgo } from "@/ui/time-ago";

interface UsageSummaryProps {
  readonly username: string;
  readonly usage: UserUsage["usage"];
}

/** What a user has used, in columns that are the same for all users; on a phone in two rows. */
export function UsageSummary({ username, usage }: UsageSummaryProps) {
  const failed = usage.failed === 0 ? "" : `, ${formatCount(usage.failed)} failed`;
  const { last_activity_at: activity } = usage;
  const columns: readonly [string, ReactNode][] = [
    ["Jobs", `${formatCount(usage.jobs)}${failed}`],
    ["Render time", formatSeconds(usage.render_seconds)],
    ["Storage", formatBytes(usage.storage_bytes)],
    ["Last active", activity === null ? "Never" : <TimeAgo key="at" at={activity} />],
  ];
  return (
    <Box
      component="dl"
      aria-label={`Usage of ${username}`}
      sx={{
        m: 0,
        display: "grid",
        columnGap: 2,
        order: { xs: 1, md: 0 },
        flex: { xs: "1 0 100%", md: "0 1 520px", xl: "0 1 760px" },
        gridTemplateColumns: { xs: "repeat(2, minmax(0, 1fr))", md: "repeat(4, minmax(0, 1fr))" },
        fontVariantNumeric: "tabular-nums",
      }}
    >
      {columns.map(([name, value]) => (
        <Box key={name} sx={{ minWidth: 0 }}>
          <Box component="dt" sx={{ typography: "caption", color: "text.secondary" }}>
            {name}
          </Box>
          <Box component="dd" sx={{ m: 0, typography: "body2" }}>
            {value}
          </Box>
        </Box>
      ))}
    </Box>
  );
}
