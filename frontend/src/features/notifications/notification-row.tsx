import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import { Mail, MailOpen, Trash2 } from "lucide-react";
import { Link } from "react-router";
import { messageOf } from "@/api/problem";
import type { Notification } from "@/api/types";
import { useToast } from "@/ui/toast";
import { Tooltip } from "@/ui/tooltip";
import { NotificationLine, targetOf } from "./notification-line";
import { useDeleteNotification, useMark } from "./queries";

/** A notification with its actions. */
export function NotificationRow({ notification }: { readonly notification: Notification }) {
  const mark = useMark();
  const remove = useDeleteNotification();
  const toast = useToast();
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const { read_status: isRead } = notification;
  const target = targetOf(notification);
  const label = isRead ? "Mark as unread" : "Mark as read";
  return (
    <Box
      component="li"
      sx={{
        display: "flex",
        alignItems: "flex-start",
        gap: 1,
        p: 1.75,
        borderTop: 1,
        borderColor: "divider",
        "&:first-of-type": { borderTop: 0 },
      }}
    >
      {target === null ? (
        <NotificationLine notification={notification} />
      ) : (
        <Box
          component={Link}
          to={target}
          onClick={() => (isRead ? undefined : mark.mutate({ notification, isRead: true }))}
          sx={{ flex: 1, minWidth: 0, color: "inherit", textDecoration: "none", borderRadius: "8px" }}
        >
          <NotificationLine notification={notification} />
        </Box>
      )}
      <Tooltip title={label}>
        <IconButton
          size="small"
          aria-label={`${label}: ${notification.title}`}
          onClick={() => mark.mutate({ notification, isRead: !isRead }, { onError })}
        >
          {isRead ? <Mail size={17} aria-hidden /> : <MailOpen size={17} aria-hidden />}
        </IconButton>
      </Tooltip>
      <Tooltip title="Delete">
        <IconButton
          size="small"
          aria-label={`Delete: ${notification.title}`}
          onClick={() => remove.mutate(notification.id, { onError })}
        >
          <Trash2 size={17} aria-hidden />
        </IconButton>
      </Tooltip>
    </Box>
  );
}
