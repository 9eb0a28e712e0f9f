import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import { useQuery } from "@tanstack/react-query";
import { messageOf } from "@/api/problem";
import type { BackendHealth } from "@/api/types";
import { Panel } from "@/ui/panel";
import { ProblemState } from "@/ui/problem-state";
import { RecordList, RecordListItem } from "@/ui/record-list";
import { TimeAgo } from "@/ui/time-ago";
import { useToast } from "@/ui/toast";
import { healthQuery, useChangePause } from "./queries";
import { StateChip } from "./state-chip";
import { WorkersPanel } from "./workers-panel";

/** The state of everything Genonaut depends on. */
export function SystemTab() {
  const query = useQuery(healthQuery);
  const change = useChangePause();
  const toast = useToast();
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  if (query.isPending) return <Skeleton variant="rounded" height={320} />;
  if (query.data === undefined) {
    return <ProblemState error={query.error} onRetry={() => void query.refetch()} />;
  }
  const { comfyui, database, queue, redis, status, storage, workers } = query.data;
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2, maxWidth: 820 }}>
      <Panel title="Genonaut" action={<StateChip state={status} />}>
        <RecordList query={query} empty="">
          <RecordListItem title="Database" action={<StateChip state={database} />} />
          <RecordListItem title="Redis" action={<StateChip state={redis} />} />
          <RecordListItem
            title="Storage"
            action={<StateChip state={storage} />}
            detail={storage === "unavailable" ? "Workers that cannot write it start no jobs." : undefined}
          />
          <RecordListItem
            title="Queue"
            action={<StateChip state={queue} />}
            detail={queue === "paused" ? "No new jobs start until the queue is resumed." : undefined}
          />
        </RecordList>
      </Panel>
      <WorkersPanel hasNoWorkers={workers === 0} />
      <Panel title="ComfyUI servers">
        <RecordList query={query} empty="No ComfyUI server is configured.">
          {comfyui.map((backend) => (
            <RecordListItem
              key={backend.name}
              title={backend.name}
              detail={<BackendDetail backend={backend} />}
              action={
                <Box
                  sx={{
                    display: "flex",
                    alignItems: "center",
                    gap: 1,
                    flexWrap: "wrap",
                    justifyContent: "end",
                  }}
                >
                  {backend.is_paused ? <StateChip state="paused" /> : null}
                  <StateChip state={backend.status} />
                  <Button
                    size="small"
                    color="inherit"
                    aria-label={`${backend.is_paused ? "Resume" : "Pause"} ${backend.name}`}
                    disabled={change.isPending}
                    onClick={() =>
                      change.mutate({ backend: backend.name, isPaused: !backend.is_paused }, { onError })
                    }
                  >
                    {backend.is_paused ? "Resume" : "Pause"}
                  </Button>
                </Box>
              }
            />
          ))}
        </RecordList>
      </Panel>
    </Box>
  );
}

function BackendDetail({ backend }: { readonly backend: BackendHealth }) {
  return (
    <>
      {backend.version === null ? "Version unknown" : `ComfyUI ${backend.version}`}
      {backend.queue === null ? "" : ` · ${backend.queue} in ComfyUI queue`}
      {` · ${backend.slots} ${backend.slots === 1 ? "slot" : "slots"}`}
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
