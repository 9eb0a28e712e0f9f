/** Notifications of the browser itself: asked for in the settings only, shown while the tab is hidden. */
import type { Notification as Told } from "@/api/types";
import { readStored, reviveBoolean, writeStored } from "@/lib/storage/stored-state";

const WANTED = "browser-notifications";

export const canAskBrowser = (): boolean => "Notification" in window && window.isSecureContext;

/** Whether this browser shall show them, and may. */
export function isBrowserWanted(): boolean {
  return (
    canAskBrowser() && Notification.permission === "granted" && readStored(WANTED, reviveBoolean) === true
  );
}

/** Switch them on or off in this browser; returns whether they are on, which the person may refuse. */
export async function setBrowserWanted(isWanted: boolean): Promise<boolean> {
  const isGranted = isWanted && canAskBrowser() && (await Notification.requestPermission()) === "granted";
  writeStored(WANTED, isGranted);
  return isGranted;
}

/** Show one, when the tab cannot be seen; a click comes back to it. */
export function tellBrowser(told: Told, open: () => void): void {
  if (!document.hidden || !isBrowserWanted()) return;
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
