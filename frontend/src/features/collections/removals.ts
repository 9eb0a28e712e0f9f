/**
 * Collections that are about to be deleted. Deleting one cannot be undone at the server, so the request
 * is sent when the time to undo it has passed, or when the page is left.
 */
import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { deleteCollection } from "./mutations";
import { collectionKeys } from "./queries";

/** As long as a toast is shown, and a little more. */
const UNDO_MS = 8_000;

type Ids = ReadonlySet<number>;

let hidden: Ids = new Set();
const waiting = new Map<number, () => Promise<void>>();
const listeners = new Set<() => void>();

function change(next: Ids): void {
  hidden = next;
  for (const listener of listeners) listener();
}

function show(id: number): void {
  change(new Set([...hidden].filter((one) => one !== id)));
}

/** Hide a collection and delete it soon; returns the function that undoes it. */
export function removeSoon(
  client: QueryClient,
  id: number,
  onError: (error: unknown) => void,
  /** Milliseconds. */
  delay: number = UNDO_MS,
): () => void {
  const send = async () => {
    clearTimeout(timer);
    waiting.delete(id);
    try {
      await deleteCollection(id);
      client.removeQueries({ queryKey: collectionKeys.detail(id) });
      await client.invalidateQueries({ queryKey: collectionKeys.lists });
    } catch (error) {
      onError(error);
    } finally {
      show(id);
    }
  };
  const timer = setTimeout(() => void send(), delay);
  waiting.set(id, send);
  change(new Set([...hidden, id]));
  return () => {
    if (!waiting.delete(id)) return;
    clearTimeout(timer);
    show(id);
  };
}

function sendAll(): void {
  for (const send of waiting.values()) void send();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener("pagehide", sendAll);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Return the ids of the collections that are about to be deleted. */
export const useRemoved = (): Ids => useSyncExternalStore(subscribe, () => hidden);
