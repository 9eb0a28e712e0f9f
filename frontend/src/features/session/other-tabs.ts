/** Tells the other tabs of this browser about logins and logouts, through local storage. */
import { writeStored } from "@/lib/storage/stored-state";

const STORED_AS = "session-event";

export type SessionEvent =
  | { readonly event: "login"; readonly username: string }
  | { readonly event: "logout" };

export function announce(event: SessionEvent): void {
  // Tabs are only notified of values that change.
  writeStored(STORED_AS, { ...event, at: Date.now() });
}

/** Call a function with the logins and logouts in other tabs; returns a function that stops it. */
export function listenToOtherTabs(onEvent: (event: SessionEvent) => void): () => void {
  const onStorage = ({ key, newValue }: StorageEvent) => {
    if (key !== `genonaut:${STORED_AS}` || newValue === null) return;
    const value: unknown = JSON.parse(newValue);
    if (isSessionEvent(value)) onEvent(value);
  };
  window.addEventListener("storage", onStorage);
  return () => window.removeEventListener("storage", onStorage);
}

function isSessionEvent(value: unknown): value is SessionEvent {
  if (typeof value !== "object" || value === null || !("event" in value)) return false;
  return value.event === "logout" || (value.event === "login" && "username" in value);
}
