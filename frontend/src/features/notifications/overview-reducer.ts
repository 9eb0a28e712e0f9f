/** What `/ws/notifications` sends, and what it changes of what the bell knows; pure. */
import type { Notification } from "@/api/types";
import type { Frame } from "@/lib/socket";
import { NEWEST, type Overview } from "./queries";

type ArrivalFrame = Frame & Notification;

export function isArrival(frame: Frame): frame is ArrivalFrame {
  return frame.type === "notification" && typeof frame.id === "number" && typeof frame.title === "string";
}

/** Return what is known after the frame; the same object when it says nothing new. */
export function applyFrame(before: Overview | undefined, frame: Frame): Overview | undefined {
  if (frame.type === "snapshot" && Array.isArray(frame.items) && typeof frame.unread_count === "number") {
    return { items: frame.items as Notification[], unread_count: frame.unread_count };
  }
  if (before === undefined) return before;
  if (frame.type === "unread_count" && typeof frame.unread_count === "number") {
    return { ...before, unread_count: frame.unread_count };
  }
  if (isArrival(frame) && !before.items.some(({ id }) => id === frame.id)) {
    return { ...before, items: [frame, ...before.items].slice(0, NEWEST) };
  }
  return before;
}
