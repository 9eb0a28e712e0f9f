/** Applies the frames of `/ws/notifications` to the state of the bell; pure functions. */
import type { Notification } from "@/api/types";
import type { Frame } from "@/lib/socket";
import { NEWEST, type Overview } from "./queries";

type NotificationFrame = Frame & Notification;

export function isNotificationFrame(frame: Frame): frame is NotificationFrame {
  return frame.type === "notification" && typeof frame.id === "number" && typeof frame.title === "string";
}

/** Return the state after a frame; the same object if nothing has changed. */
export function applyFrame(before: Overview | undefined, frame: Frame): Overview | undefined {
  if (frame.type === "snapshot" && Array.isArray(frame.items) && typeof frame.unread_count === "number") {
    return { items: frame.items as Notification[], unread_count: frame.unread_count };
  }
  if (before === undefined) return before;
  if (frame.type === "unread_count" && typeof frame.unread_count === "number") {
    return { ...before, unread_count: frame.unread_count };
  }
  if (isNotificationFrame(frame) && !before.items.some(({ id }) => id === frame.id)) {
    return { ...before, items: [frame, ...before.items].slice(0, NEWEST) };
  }
  return before;
}
