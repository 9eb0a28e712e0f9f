/** Submissions that could not be sent: in IndexedDB, so that they survive a reload, and shared by all tabs. */
import { createStore, del, get, set, type UseStore, values } from "idb-keyval";
import type { FieldProblem } from "@/api/problem";
import type { JobSubmit } from "@/api/types";
import type { WorkflowRun } from "@/features/workflows/run-request";

/** A job or batch, or a run of a workflow. */
export type Submittable =
  | { readonly body: JobSubmit; readonly run?: undefined }
  | { readonly body?: undefined; readonly run: WorkflowRun };

export type WaitingSubmission = Submittable & {
  /** Its Idempotency-Key: sending it twice makes one submission. */
  readonly key: string;
  /** Only this user sends it. */
  readonly userId: string;
  readonly createdAt: string;
  /** Why the server rejected it; null while it waits to be sent. */
  readonly rejection: { readonly message: string; readonly fields: readonly FieldProblem[] } | null;
};

type Listener = () => void;

class OutboxStore {
  private entries: readonly WaitingSubmission[] = [];
  private database: UseStore | null = null;
  private channel: BroadcastChannel | null = null;
  private readonly listeners = new Set<Listener>();

  /** The entries as last read, the oldest first. */
  readonly current = (): readonly WaitingSubmission[] => this.entries;

  /** Store an entry, or a change of it. Rejects when the browser cannot store it. */
  async put(entry: WaitingSubmission): Promise<void> {
    await set(entry.key, entry, this.open());
    await this.changed();
  }

  async remove(key: string): Promise<void> {
    await del(key, this.open());
    await this.changed();
  }

  /** Return the entry as stored, or undefined: another tab may have sent or cancelled it. */
  read(key: string): Promise<WaitingSubmission | undefined> {
    return get(key, this.open());
  }

  readonly subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.listen();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      this.channel?.close();
      this.channel = null;
    };
  };

  private listen(): void {
    this.channel = new BroadcastChannel("genonaut-outbox");
    this.channel.onmessage = () => void this.refresh();
    void this.refresh();
  }

  private async changed(): Promise<void> {
    this.channel?.postMessage("changed");
    await this.refresh();
  }

  private async refresh(): Promise<void> {
    try {
      const found = await values<WaitingSubmission>(this.open());
      this.entries = found.toSorted((left, right) => left.createdAt.localeCompare(right.createdAt));
    } catch {
      // Without IndexedDB, as in some private windows, nothing can wait.
      this.entries = [];
    }
    for (const listener of [...this.listeners]) listener();
  }

  private open(): UseStore {
    this.database ??= createStore("genonaut-outbox", "submissions");
    return this.database;
  }
}

export const outbox = new OutboxStore();
