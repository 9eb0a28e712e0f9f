import Badge from "@mui/material/Badge";
import IconButton from "@mui/material/IconButton";
import { useQuery } from "@tanstack/react-query";
import { Bell as BellIcon } from "lucide-react";
import { useState } from "react";
import { lazyOnOpen } from "@/lib/code";
import { Tooltip } from "@/ui/tooltip";
import { overviewQuery } from "./queries";
import { useNotificationLiveness } from "./stream";

const NewestNotifications = lazyOnOpen(
  async () => (await import("./newest-notifications")).NewestNotifications,
);

/** Poll interval while the websocket is disconnected. */
const POLL_MS = 30_000;

/** The bell in the top bar: the number of unread notifications and a popover with the newest ten. */
export function Bell() {
  const liveness = useNotificationLiveness();
  const overview = useQuery({
    ...overviewQuery,
    refetchInterval: liveness === "polling" ? POLL_MS : false,
  }).data;
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const unread = overview?.unread_count ?? 0;
  const label = unread === 0 ? "Notifications" : `Notifications, ${unread} unread`;
  return (
    <>
      <Tooltip title="Notifications">
        <IconButton
          aria-label={label}
          aria-haspopup="dialog"
          onClick={(event) => setAnchor(event.currentTarget)}
        >
          {unread === 0 ? (
            <BellIcon size={20} aria-hidden />
          ) : (
            <Badge badgeContent={unread} max={99} color="primary">
              <BellIcon size={20} aria-hidden />
            </Badge>
          )}
        </IconButton>
      </Tooltip>
      <NewestNotifications
        open={anchor !== null}
        anchor={anchor}
        items={overview?.items ?? []}
        hasUnread={unread > 0}
        onClose={() => setAnchor(null)}
      />
    </>
  );
}
