import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import { useQuery } from "@tanstack/react-query";
import type { Worker } from "@/api/types";
import { Panel } from "@/ui/panel";
import { RecordList, RecordListItem } from "@/ui/record-list";
import { TimeAgo } from "@/ui/time-ago";
import { workersQuery } from "./queries";
import { StateChip } from "./state-chip";

interface WorkersPanelProps {
  readonly hasNoWorkers: boolean;
}

/** The workers, their slots and running jobs. */
export function WorkersPanel({ hasNoWorkers }: WorkersPanelProps) {
  const query = useQuery(workersQuery);
  return (
    <Panel
      title="Workers"
      description={hasNoWorkers ? "No worker is running. Jobs wait until one is started." : undefined}
    >
      <RecordList query={query} empty="No worker in the last hour.">
        {(query.data?.items ?? []).map((worker) => (
          <RecordListItem
            key={worker.id}
            title={`${worker.hostname}, process ${worker.pid}`}
            detail={<WorkerDetail worker={worker} />}
            action={<StateChip state={worker.state} />}
          />
        ))}
      </RecordList>
    </Panel>
  );
}

function WorkerDetail({ worker }: { readonly worker: Worker }) {
  const { jobs, slots, slots_used: used, state } = worker;
  const busy = `${used} of ${slots} ${slots === 1 ? "slot" : "slots"} in use`;
  return (
    <Box sx={{ display: "grid", gap: 0.5 }}>
      <span>
        Genonaut {worker.version} · started <TimeAgo at={worker.started_at} /> ·{" "}
        {state === "stopped" ? "stopped" : "last seen"} <TimeAgo at={worker.stopped_at ?? worker.seen_at} />
      </span>
      {state === "stopped" ? null : (
        <Box sx={{ display: "flex", alignItems: "center", gap: 1.5, flexWrap: "wrap" }}>
          <LinearProgress
            variant="determinate"
            aria-label={busy}
            value={slots === 0 ? 0 : Math.min(100, (100 * used) / slots)}
            sx={{ width: 96, borderRadius: 99 }}
          />
          <span>{busy}</span>
          {jobs.length === 0 ? null : (
            <span>{jobs.map((job) => `#${job.job_id} on ${job.backend}`).join(", ")}</span>
          )}
        </Box>
      )}
    </Box>
  );
}
