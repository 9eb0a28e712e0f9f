import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, TriangleAlert } from "lucide-react";
import type { Alert } from "@/api/types";
import { formatSeconds, secondsBetween } from "@/lib/format";
import { Panel } from "@/ui/panel";
import { RecordList, RecordListItem } from "@/ui/record-list";
import { TimeAgo } from "@/ui/time-ago";
import { activeAlertsQuery, pastAlertsQuery } from "./queries";

/** Alerts that are active, and those that ended last. */
export function AlertsPanel() {
  const active = useQuery(activeAlertsQuery);
  const past = useQuery(pastAlertsQuery);
  const ended = past.data?.items ?? [];
  return (
    <Panel title="Alerts" description="Administrators also get a notification and a webhook for each.">
      <RecordList query={active} empty="No alert is active.">
        {(active.data?.items ?? []).map((alert) => (
          <AlertItem key={alert.id} alert={alert} />
        ))}
      </RecordList>
      {ended.length === 0 ? null : (
        <>
          <Typography component="h3" sx={{ mt: 3, fontWeight: 600 }}>
            Ended
          </Typography>
          <RecordList query={past} empty="">
            {ended.map((alert) => (
              <AlertItem key={alert.id} alert={alert} />
            ))}
          </RecordList>
        </>
      )}
    </Panel>
  );
}

function AlertItem({ alert }: { readonly alert: Alert }) {
  const { began_at: began, ended_at: ended } = alert;
  const lasted = secondsBetween(began, ended);
  return (
    <RecordListItem
      start={
        ended === null ? (
          <TriangleAlert size={20} color="var(--mui-palette-error-main)" aria-label="Active" />
        ) : (
          <CircleCheck size={20} color="var(--mui-palette-success-main)" aria-label="Ended" />
        )
      }
      title={alert.title}
      detail={
        <>
          {alert.message}
          <br />
          Began <TimeAgo at={began} />
          {lasted === null ? "" : ` · lasted ${formatSeconds(lasted)}`}
        </>
      }
    />
  );
}
