/** Progress and previews of running jobs: outside of the query cache, because they change often. */
import type { QueryClient } from "@tanstack/react-query";

/** Progress and preview of a running job, as the websocket sends them; removed when the attempt ends. */
export interface LiveRun {
  readonly attempt: number;
  readonly progress: number | null;
  readonly node: string | null;
  /** Current step of the node; null for nodes that do not count steps. */
  readonly step: number | null;
  readonly steps: number | null;
  /** The newest preview as a data: URL. */
  readonly preview: string | null;
}

type Listener = () => void;

/** A listener is called only for the jobs that it asked for. */
export class LiveRuns {
  private readonly runs = new Map<number, LiveRun>();
  private readonly listeners = new Map<number, Set<Listener>>();

  readonly get = (id: number): LiveRun | undefined => this.runs.get(id);

  update(id: number, change: (before: LiveRun | undefined) => LiveRun): void {
    this.runs.set(id, change(this.runs.get(id)));
    this.notify(id);
  }

  remove(id: number): void {
    if (this.runs.delete(id)) this.notify(id);
  }

  clear(): void {
    for (const id of [...this.runs.keys()]) this.remove(id);
  }

  /** Call the listener after changes of these jobs until the returned function is called. */
  subscribe(ids: readonly number[], listener: Listener): () => void {
    for (const id of ids) {
      const known = this.listeners.get(id) ?? new Set();
      this.listeners.set(id, known.add(listener));
    }
    return () => {
      for (const id of ids) {
        const known = this.listeners.get(id);
        known?.delete(listener);
        if (known?.size === 0) this.listeners.delete(id);
      }
    };
  }

  private notify(id: number): void {
    for (const listener of [...(this.listeners.get(id) ?? [])]) listener();
  }
}

const runsOfClient = new WeakMap<QueryClient, LiveRuns>();

/** Return the live runs that belong to a query client. */
export function liveRunsOf(client: QueryClient): LiveRuns {
  const known = runsOfClient.get(client);
  if (known !== undefined) return known;
  const made = new LiveRuns();
  runsOfClient.set(client, made);
  return made;
}
