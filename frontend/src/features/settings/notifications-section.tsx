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
import { useChangePreferences, useMe } from "@/features/session";
import { Panel } from "@/ui/panel";
import { useToast } from "@/ui/toast";

const TYPES: readonly { readonly type: NotificationType; readonly label: string }[] = [
  { type: "job_completed", label: "A picture or batch is done" },
  { type: "job_failed", label: "A job failed" },
  { type: "job_cancelled", label: "A job was cancelled" },
  { type: "system", label: "News from the administrators" },
  { type: "recommendation", label: "Recommendations" },
];

/** What one is told; off until asked for, in effect at once. */
export function NotificationsSection() {
  const { preferences } = useMe();
  const { mutate } = useChangePreferences();
  const toast = useToast();
  const isOn = preferences.notifications_enabled;
  const wished = preferences.notification_types ?? {};
  const change = (patch: Partial<Preferences>) =>
    mutate(patch, { onError: (error) => toast({ message: messageOf(error), severity: "error" }) });
  const choose = (type: NotificationType, isWanted: boolean) =>
    change({ notification_types: { ...ALL_ON, ...wished, [type]: isWanted } });
  return (
    <Panel
      title="Notifications"
      description="Told in the app when something happens to your jobs."
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
                checked={{ ...ALL_ON, ...wished }[type]}
                onChange={(_event, next) => choose(type, next)}
              />
            }
          />
        ))}
        {canShowBrowserNotifications() ? <BrowserSwitch isOn={isOn} /> : null}
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
};

function BrowserSwitch({ isOn }: { readonly isOn: boolean }) {
  const [isWanted, setIsWanted] = useState(areBrowserNotificationsOn);
  return (
    <FormControlLabel
      disabled={!isOn}
      label="Also from this browser, while the tab is hidden"
      control={
        <Switch
          size="small"
          checked={isWanted}
          onChange={(_event, next) => void setBrowserNotifications(next).then(setIsWanted)}
        />
      }
    />
  );
}
