import Box from "@mui/material/Box";
import { useCallback, useRef } from "react";
import { useNavigate } from "react-router";
import type { Notification } from "@/api/types";
import { showBrowserNotification, targetOf } from "@/features/notifications";
import { type Toast, useToast } from "@/ui/toast";

/** Pages that show the state of jobs themselves. */
const JOB_PAGES = /^\/generate\/?$/;

const SEVERITIES: Partial<Record<Notification["notification_type"], NonNullable<Toast["severity"]>>> = {
  job_completed: "success",
  job_failed: "error",
};

/** Return a function that shows a notification as a toast, except on pages that show the job itself. */
export function useNotificationToasts(): (notification: Notification) => void {
  const toast = useToast();
  // It differs on every page; the function returned must not, because a websocket depends on it.
  const navigate = useNavigate();
  const latest = useRef(navigate);
  latest.current = navigate;
  return useCallback(
    (notification: Notification) => {
      const target = targetOf(notification);
      const open = () => (target === null ? undefined : void latest.current(target));
      showBrowserNotification(notification, open);
      if (JOB_PAGES.test(window.location.pathname)) return;
      toast({
        message: notification.title,
        severity: SEVERITIES[notification.notification_type] ?? "info",
        ...(target === null ? {} : { action: { label: "Open", run: open } }),
        ...(notification.related_content_id === null
          ? {}
          : { thumbnail: <Thumbnail contentId={notification.related_content_id} /> }),
      });
    },
    [toast],
  );
}

function Thumbnail({ contentId }: { readonly contentId: number }) {
  return (
    <Box
      component="img"
      src={`/api/v1/content/${contentId}/thumbnails/small`}
      alt=""
      sx={{ width: 44, height: 44, objectFit: "cover", borderRadius: "8px" }}
    />
  );
}
