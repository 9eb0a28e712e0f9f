import Badge from "@mui/material/Badge";
import IconButton from "@mui/material/IconButton";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { ListOrdered } from "lucide-react";
import { api, unwrap } from "@/api/client";
import { Tooltip } from "@/ui/tooltip";

/** Pages without live updates of jobs ask for the number of open submissions. */
const BUSY_MS = 10_000;
const IDLE_MS = 60_000;

const openSubmissionsQuery = queryOptions({
  // Below the key of jobs: a submission and the end of a job refresh it.
  queryKey: ["jobs", "open-number"],
  queryFn: async ({ signal }) => {
    const query = { open: true, limit: 1 };
    return (await unwrap(api.GET("/api/v1/generation-batches", { params: { query }, signal }))).total;
  },
  refetchInterval: ({ state: { data } }) => (data === 0 ? IDLE_MS : BUSY_MS),
});

/** Opens the queue; shows the number of submissions that have not ended. */
export function QueueButton({ onClick }: { readonly onClick: () => void }) {
  const { data } = useQuery(openSubmissionsQuery);
  const count = data === null ? Number.POSITIVE_INFINITY : (data ?? 0);
  const label = count === 0 ? "Queue" : `Queue: ${Number.isFinite(count) ? count : "many"} open`;
  const icon = <ListOrdered size={20} aria-hidden />;
  // The badge keeps its last number while it is hidden.
  return (
    <Tooltip title={label}>
      <IconButton
        aria-label={label}
        aria-haspopup="dialog"
        onClick={onClick}
        sx={{ display: { xs: count === 0 ? "none" : "inline-flex", sm: "inline-flex" } }}
      >
        {count === 0 ? (
          icon
        ) : (
          <Badge badgeContent={count} max={99} color="primary">
            {icon}
          </Badge>
        )}
      </IconButton>
    </Tooltip>
  );
}
