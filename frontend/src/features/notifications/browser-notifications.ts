/** Browser notifications: enabled in the settings, shown while the tab is hidden. */
import type { Notification as AppNotification } from "@/api/types";
import { readStored, reviveBoolean, writeStored } from "@/lib/storage/stored-state";

const STORAGE_KEY = "browser-notifications";

export const canShowBrowserNotifications = (): boolean => "Notification" in window && window.isSecureContext;

/** Return whether they are enabled in this browser and the browser permits them. */
export function areBrowserNotificationsOn(): boolean {
  return (
    canShowBrowserNotifications() &&
    Notification.permission === "granted" &&
    readStored(STORAGE_KEY, reviveBoolean) === true
  );
}

/** Enable or disable them in this browser; return whether they are on, as the user may deny permission. */
export async function setBrowserNotifications(isEnabled: boolean): Promise<boolean> {
  const isGranted =
    isEnabled && canShowBrowserNotifications() && (await Notification.requestPermission()) === "granted";
  writeStored(STORAGE_KEY, isGranted);
  return isGranted;
}

/** Show a notification if the tab is hidden. A click on it focuses the tab and calls `open`. */
export function showBrowserNotification(notification: AppNotification, open: () => void): void {
  if (!document.hidden || !areBrowserNotificationsOn()) return;
  const shown = new Notification(notification.title, {
    body: notification.message,
    tag: `genonaut-${notification.id}`,
    icon: "/favicon.svg",
  });
  shown.onclick = () => {
    window.focus();
    open();
    shown.close();
  };
}
