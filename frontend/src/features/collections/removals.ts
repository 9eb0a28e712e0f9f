/**
 * Collections that are about to be deleted or left. That cannot be undone at the server, so the request is
 * sent when the toast that offers to undo it is gone, or when the page is left.
 */
import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { collectionKeys } from "./queries";

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

interface Removal {
  readonly undo: () => void;
  /** Send the request; it can no longer be undone. */
  readonly finish: () => void;
}

/** Hide a collection, and remove it by a request later. */
export function removeSoon(
  client: QueryClient,
  id: number,
  request: (id: number) => Promise<unknown>,
  onError: (error: unknown) => void,
): Removal {
  const send = async () => {
    try {
      await request(id);
      client.removeQueries({ queryKey: collectionKeys.detail(id) });
      await client.invalidateQueries({ queryKey: collectionKeys.lists });
    } catch (error) {
      onError(error);
    } finally {
      show(id);
    }
  };
  waiting.set(id, send);
  change(new Set([...hidden, id]));
  return {
    undo: () => (waiting.delete(id) ? show(id) : undefined),
    finish: () => (waiting.delete(id) ? void send() : undefined),
  };
}

function sendAll(): void {
  for (const send of waiting.values()) void send();
  waiting.clear();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener("pagehide", sendAll);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Return the ids of the collections that are about to be deleted or left. */
export const useRemoved = (): Ids => useSyncExternalStore(subscribe, () => hidden);
