import Badge from "@mui/material/Badge";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import MenuItem from "@mui/material/MenuItem";
import MenuList from "@mui/material/MenuList";
import Popover from "@mui/material/Popover";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Bell as BellIcon } from "lucide-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import type { Notification } from "@/api/types";
import { NoNotifications } from "./no-notifications";
import { NotificationLine, targetOf } from "./notification-line";
import { overviewQuery, useMark, useReadAll } from "./queries";
import { useNotificationLiveness } from "./stream";

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
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: "bottom", horizontal: "right" }}
        transformOrigin={{ vertical: "top", horizontal: "right" }}
        slotProps={{
          paper: {
            role: "dialog",
            "aria-label": "Newest notifications",
            sx: { width: 380, maxWidth: "calc(100vw - 32px)", borderRadius: "14px" },
          },
        }}
      >
        <NewestNotifications
          items={overview?.items ?? []}
          hasUnread={unread > 0}
          onClose={() => setAnchor(null)}
        />
      </Popover>
    </>
  );
}

interface NewestNotificationsProps {
  readonly items: readonly Notification[];
  readonly hasUnread: boolean;
  readonly onClose: () => void;
}

function NewestNotifications({ items, hasUnread, onClose }: NewestNotificationsProps) {
  const navigate = useNavigate();
  const mark = useMark();
  const readAll = useReadAll();
  const open = (notification: Notification) => {
    if (!notification.read_status) mark.mutate({ notification, isRead: true });
    const target = targetOf(notification);
    if (target !== null) void navigate(target);
    onClose();
  };
  return (
    <>
      <Box sx={{ display: "flex", alignItems: "center", px: 2, pt: 1.5, pb: 0.5 }}>
        <Typography variant="h3" component="p" sx={{ flex: 1 }}>
          Notifications
        </Typography>
        <Button size="small" disabled={!hasUnread} onClick={() => readAll.mutate()}>
          Mark all as read
        </Button>
      </Box>
      {items.length === 0 ? (
        <NoNotifications />
      ) : (
        <MenuList sx={{ maxHeight: 440, overflow: "auto" }}>
          {items.map((notification) => (
            <MenuItem key={notification.id} onClick={() => open(notification)} sx={{ py: 1 }}>
              <NotificationLine notification={notification} />
            </MenuItem>
          ))}
        </MenuList>
      )}
      <Box sx={{ p: 1, borderTop: 1, borderColor: "divider" }}>
        <Button fullWidth component={Link} to="/notifications" onClick={onClose}>
          View all
        </Button>
      </Box>
    </>
  );
}
