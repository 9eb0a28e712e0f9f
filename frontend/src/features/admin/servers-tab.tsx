import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import Skeleton from "@mui/material/Skeleton";
import { useQuery } from "@tanstack/react-query";
import type { BackendHealth } from "@/api/types";
import { Panel } from "@/ui/panel";
import { ProblemState } from "@/ui/problem-state";
import { Record, Records } from "@/ui/records";
import { TimeAgo } from "@/ui/time-ago";
import { healthQuery } from "./queries";

type ChipColor = "success" | "warning" | "error" | "default";

const COLORS: Readonly<globalThis.Record<string, ChipColor>> = {
  ok: "success",
  up: "success",
  degraded: "warning",
  stuck: "warning",
  down: "error",
  unavailable: "error",
};

function State({ state }: { readonly state: string }) {
  return <Chip size="small" variant="outlined" color={COLORS[state] ?? "default"} label={state} />;
}

/** How everything that Genonaut depends on does. */
export function ServersTab() {
  const query = useQuery(healthQuery);
  if (query.isPending) return <Skeleton variant="rounded" height={320} />;
  if (query.data === undefined) {
    return <ProblemState error={query.error} onRetry={() => void query.refetch()} />;
  }
  const { comfyui, database, redis, status, workers } = query.data;
  return (
    <Box sx={{ display: "grid", gap: 2, maxWidth: 820 }}>
      <Panel title="Genonaut" action={<State state={status} />}>
        <Records query={query} empty="">
          <Record title="Database" action={<State state={database} />} />
          <Record title="Redis" action={<State state={redis} />} />
          <Record
            title="Workers"
            detail={workers === 0 ? "Nothing is rendered until one runs." : undefined}
            action={
              <Chip
                size="small"
                variant="outlined"
                color={workers === 0 ? "error" : "success"}
                label={workers}
              />
            }
          />
        </Records>
      </Panel>
      <Panel title="ComfyUI servers">
        <Records query={query} empty="None is configured.">
          {comfyui.map((backend) => (
            <Record
              key={backend.name}
              title={backend.name}
              detail={<BackendDetail backend={backend} />}
              action={<State state={backend.status} />}
            />
          ))}
        </Records>
      </Panel>
    </Box>
  );
}

function BackendDetail({ backend }: { readonly backend: BackendHealth }) {
  return (
    <>
      {backend.version === null ? "Version unknown" : `ComfyUI ${backend.version}`}
      {backend.queue === null ? "" : ` · ${backend.queue} in its queue`}
      {backend.checked_at === null ? (
        " · never checked"
      ) : (
        <>
          {" "}
          · checked <TimeAgo at={backend.checked_at} />
        </>
      )}
      {backend.detail === null || backend.status === "up" ? "" : ` · ${backend.detail}`}
    </>
  );
}
