import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { BellOff } from "lucide-react";
import { Link } from "react-router";
import { messageOf } from "@/api/problem";
import { jobStatsQuery } from "@/features/jobs";
import { useChangePreferences, useMe } from "@/features/session";
import { formatCount } from "@/lib/format";
import { EmptyState } from "@/ui/empty-state";
import { useToast } from "@/ui/toast";

/** Shown in place of notifications while there are none; offers to turn them on if they are off. */
export function NoNotifications() {
  const isOn = useMe().preferences.notifications_enabled;
  const { mutate, isPending } = useChangePreferences();
  const toast = useToast();
  const turnOn = () =>
    mutate(
      { notifications_enabled: true },
      { onError: (error) => toast({ message: messageOf(error), severity: "error" }) },
    );
  return (
    <EmptyState
      icon={BellOff}
      title={isOn ? "No notifications yet" : "Notifications are off"}
      action={
        isOn ? (
          <Button component={Link} to="/settings/notifications" variant="outlined">
            Notification settings
          </Button>
        ) : (
          <Button variant="contained" loading={isPending} onClick={turnOn}>
            Turn on
          </Button>
        )
      }
    >
      {isOn ? null : <FailedJobs />}
    </EmptyState>
  );
}

/** Failures are not announced while notifications are off. */
function FailedJobs() {
  const failed = useQuery(jobStatsQuery("mine")).data?.counts.failed ?? 0;
  if (failed === 0) return "Turn them on to hear when images finish or fail.";
  return (
    <Typography component="span">
      <Link to="/generate/history?status=failed">
        {`${formatCount(failed)} ${failed === 1 ? "job" : "jobs"} failed`}
      </Link>
      {" without a notification."}
    </Typography>
  );
}
