import Box from "@mui/material/Box";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import type { NotificationType, Preferences } from "@/api/types";
import {
  areBrowserNotificationsOn,
  canShowBrowserNotifications,
  setBrowserNotifications,
} from "@/features/notifications";
import { canPush } from "@/features/notifications/push";
import { useChangePreferences, useMe } from "@/features/session";
import { Panel } from "@/ui/panel";
import { useToast } from "@/ui/toast";
import { PushSwitch } from "./push-switch";

const TYPES: readonly { readonly type: NotificationType; readonly label: string }[] = [
  { type: "job_completed", label: "An image or batch is finished" },
  { type: "job_failed", label: "A job failed" },
  { type: "job_cancelled", label: "A job was cancelled" },
  { type: "system", label: "Announcements" },
  { type: "search_alert", label: "New matches of a saved search" },
  { type: "recommendation", label: "Recommendations" },
];

/** Notification preferences. Off by default; changes take effect at once. */
export function NotificationsSection() {
  const { preferences } = useMe();
  const { mutate } = useChangePreferences();
  const toast = useToast();
  const isOn = preferences.notifications_enabled;
  const chosen = preferences.notification_types ?? {};
  const change = (patch: Partial<Preferences>) =>
    mutate(patch, { onError: (error) => toast({ message: messageOf(error), severity: "error" }) });
  const choose = (type: NotificationType, isEnabled: boolean) =>
    change({ notification_types: { ...ALL_ON, ...chosen, [type]: isEnabled } });
  return (
    <Panel
      title="Notifications"
      description="In-app alerts for your jobs."
      action={
        <Switch
          checked={isOn}
          onChange={(_event, next) => change({ notifications_enabled: next })}
          slotProps={{ input: { "aria-label": "Notifications" } }}
        />
      }
    >
      <Box sx={{ display: "grid", gridTemplateColumns: { sm: "1fr 1fr" } }}>
        {TYPES.map(({ type, label }) => (
          <FormControlLabel
            key={type}
            disabled={!isOn}
            label={label}
            control={
              <Switch
                size="small"
                checked={{ ...ALL_ON, ...chosen }[type]}
                onChange={(_event, next) => choose(type, next)}
              />
            }
          />
        ))}
        {canShowBrowserNotifications() ? <BrowserSwitch isOn={isOn} /> : null}
        {canPush() ? <PushSwitch isOn={isOn} /> : null}
      </Box>
    </Panel>
  );
}

const ALL_ON: Record<NotificationType, boolean> = {
  job_completed: true,
  job_failed: true,
  job_cancelled: true,
  system: true,
  recommendation: true,
  search_alert: true,
};

function BrowserSwitch({ isOn }: { readonly isOn: boolean }) {
  const [isEnabled, setIsEnabled] = useState(areBrowserNotificationsOn);
  return (
    <FormControlLabel
      disabled={!isOn}
      label="Browser notifications while the tab is hidden"
      control={
        <Switch
          size="small"
          checked={isEnabled}
          onChange={(_event, next) => void setBrowserNotifications(next).then(setIsEnabled)}
        />
      }
    />
  );
}
