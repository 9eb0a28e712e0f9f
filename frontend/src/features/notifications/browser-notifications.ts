/** Notifications of the browser itself: asked for in the settings only, shown while the tab is hidden. */
import type { Notification as Told } from "@/api/types";
import { readStored, reviveBoolean, writeStored } from "@/lib/storage/stored-state";

const WANTED = "browser-notifications";

export const canShowBrowserNotifications = (): boolean => "Notification" in window && window.isSecureContext;

/** Whether this browser shall show them, and may. */
export function areBrowserNotificationsOn(): boolean {
  return (
    canShowBrowserNotifications() &&
    Notification.permission === "granted" &&
    readStored(WANTED, reviveBoolean) === true
  );
}

/** Switch them on or off in this browser; returns whether they are on, which the person may refuse. */
export async function setBrowserNotifications(isWanted: boolean): Promise<boolean> {
  const isGranted =
    isWanted && canShowBrowserNotifications() && (await Notification.requestPermission()) === "granted";
  writeStored(WANTED, isGranted);
  return isGranted;
}

/** Show one, when the tab cannot be seen; a click comes back to it. */
export function showBrowserNotification(told: Told, open: () => void): void {
  if (!document.hidden || !areBrowserNotificationsOn()) return;
  const shown = new Notification(told.title, {
    body: told.message,
    tag: `genonaut-${told.id}`,
    icon: "/favicon.svg",
  });
  shown.onclick = () => {
    window.focus();
    open();
    shown.close();
  };
}
