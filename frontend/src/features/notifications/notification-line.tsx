import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { Ban, CircleCheck, CircleX, Info, Lightbulb, type LucideIcon, Search } from "lucide-react";
import type { Notification, NotificationType } from "@/api/types";
import { TimeAgo } from "@/ui/time-ago";

const APPEARANCES: Record<NotificationType, { readonly icon: LucideIcon; readonly color: string }> = {
  job_completed: { icon: CircleCheck, color: "success.main" },
  job_failed: { icon: CircleX, color: "error.main" },
  job_cancelled: { icon: Ban, color: "text.secondary" },
  system: { icon: Info, color: "info.main" },
  recommendation: { icon: Lightbulb, color: "warning.main" },
  search_alert: { icon: Search, color: "info.main" },
};

/** Return the page that a notification links to: the image, else the history of jobs, else none. */
export function targetOf(notification: Notification): string | null {
  if (notification.related_content_id !== null) return `/view/${notification.related_content_id}`;
  if (notification.notification_type === "job_failed") return "/generate/history?status=failed";
  if (notification.related_job_id !== null) return "/generate/history";
  return null;
}

/** Title, message and time of a notification. Unread ones are highlighted. */
export function NotificationLine({ notification }: { readonly notification: Notification }) {
  const { icon: Icon, color } = APPEARANCES[notification.notification_type];
  const isUnread = !notification.read_status;
  return (
    <Box sx={{ display: "flex", gap: 1.5, minWidth: 0, flex: 1, textAlign: "left" }}>
      <Box sx={{ color, pt: 0.25, flex: "none" }}>
        <Icon size={18} aria-hidden />
      </Box>
      <Box sx={{ minWidth: 0, flex: 1 }}>
        <Typography sx={{ fontWeight: isUnread ? 700 : 500, overflowWrap: "anywhere", whiteSpace: "normal" }}>
          {notification.title}
        </Typography>
        {notification.message === "" ? null : (
          <Typography
            variant="body2"
            sx={{
              color: "text.secondary",
              whiteSpace: "normal",
              overflowWrap: "anywhere",
              display: "-webkit-box",
              WebkitLineClamp: 2,
              WebkitBoxOrient: "vertical",
              overflow: "hidden",
            }}
          >
            {notification.message}
          </Typography>
        )}
        <Typography variant="caption" sx={{ color: "text.secondary" }}>
          <TimeAgo at={notification.created_at} />
        </Typography>
      </Box>
      {isUnread ? (
        <Box
          role="img"
          aria-label="Unread"
          sx={{ width: 8, height: 8, mt: 1, borderRadius: 99, bgcolor: "primary.main", flex: "none" }}
        />
      ) : null}
    </Box>
  );
}
