import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import MenuList from "@mui/material/MenuList";
import Popover from "@mui/material/Popover";
import Typography from "@mui/material/Typography";
import { Link, useNavigate } from "react-router";
import type { Notification } from "@/api/types";
import { NoNotifications } from "./no-notifications";
import { NotificationLine, targetOf } from "./notification-line";
import { useMark, useReadAll } from "./queries";

interface NewestNotificationsProps {
  readonly open: boolean;
  readonly anchor: HTMLElement | null;
  readonly items: readonly Notification[];
  readonly hasUnread: boolean;
  readonly onClose: () => void;
}

/** What the bell opens. */
export function NewestNotifications({ open, anchor, ...list }: NewestNotificationsProps) {
  return (
    <Popover
      open={open}
      anchorEl={anchor}
      onClose={list.onClose}
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
      <Notifications {...list} />
    </Popover>
  );
}

type NotificationsProps = Omit<NewestNotificationsProps, "open" | "anchor">;

function Notifications({ items, hasUnread, onClose }: NotificationsProps) {
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
