/**
 * Imports files one after the other, a few at a time, also while other pages are shown.
 *
 * Files whose bytes the user has already are not sent: choosing the same folder again continues an import.
 */
import { type ApiError, messageOf } from "@/api/problem";
import type { ImportedFile } from "@/api/types";
import { onLeave } from "@/lib/leave";
import { BROKEN, isTemporary, MAX_BROKEN, reasonOf } from "./failures";
import type { FoundFile } from "./files";
import { hashOf, importFile, isServerUp, knownItems } from "./requests";

export type Outcome = ImportedFile["status"];

export interface ImportEntry {
  readonly key: number;
  readonly path: string;
  readonly bytes: number;
  readonly status: "waiting" | "sending" | Outcome;
  readonly contentId: number | null;
  /** The program that wrote the file. */
  readonly program: string | null;
  readonly reason: string | null;
  /** Outcomes of the files of a zip. */
  readonly inside: readonly ImportedFile[];
}

export interface ImportState {
  readonly entries: readonly ImportEntry[];
  readonly isRunning: boolean;
  /** Files of chosen folders that are of no kind that can be imported. */
  readonly leftOut: number;
}

/** What the importer needs of the API; tests give their own. */
export interface ImportRequests {
  readonly hash: (file: Blob) => Promise<string | null>;
  readonly known: (hashes: readonly string[]) => Promise<Readonly<Record<string, number>>>;
  readonly send: (
    file: Blob,
    name: string,
    signal: AbortSignal,
    sidecar?: Blob,
  ) => Promise<readonly ImportedFile[]>;
  /** Whether the server answers at all. */
  readonly isUp: () => Promise<boolean>;
  readonly wait: (ms: number) => Promise<void>;
}

const AT_ONCE = 3;
/** Files of more bytes are not hashed here: their bytes would all be in memory. */
const MAX_HASHED_BYTES = 100_000_000;
const PAUSE_MS = 2_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const REAL: ImportRequests = {
  hash: hashOf,
  known: knownItems,
  send: importFile,
  isUp: isServerUp,
  wait: pause,
};

export class Importer {
  private state: ImportState = { entries: [], isRunning: false, leftOut: 0 };
  private readonly files = new Map<number, FoundFile>();
  private readonly listeners = new Set<() => void>();
  private readonly requests: ImportRequests;
  private stopping = new AbortController();
  private running = 0;
  private lastKey = 0;
  /** Called after files were added to the gallery. */
  onImported: () => void = () => undefined;

  constructor(requests: ImportRequests = REAL) {
    this.requests = requests;
  }

  readonly get = (): ImportState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Add files and start. */
  readonly add = (found: readonly FoundFile[], leftOut = 0): void => {
    const added = found.map((one): ImportEntry => {
      this.lastKey += 1;
      this.files.set(this.lastKey, one);
      const { file, path } = one;
      const nothing = { contentId: null, program: null, reason: null, inside: [] };
      return { key: this.lastKey, path, bytes: file.size, status: "waiting", ...nothing };
    });
    this.set({ entries: [...this.state.entries, ...added], leftOut: this.state.leftOut + leftOut });
    this.start();
  };

  /** Stop; files that are being sent are stopped too, and wait. */
  readonly stop = (): void => {
    this.stopping.abort();
  };

  /** Continue with the files that wait. */
  readonly start = (): void => {
    if (this.stopping.signal.aborted) this.stopping = new AbortController();
    const { signal } = this.stopping;
    while (this.running < AT_ONCE && this.state.entries.some(isWaiting)) void this.work(signal);
    this.set({ isRunning: this.running > 0 });
  };

  /** Try refused files again. */
  readonly retry = (): void => {
    this.change((entry) => entry.status === "refused" && this.files.has(entry.key), {
      status: "waiting",
      reason: null,
      inside: [],
    });
    this.start();
  };

  /** Remove what is done from the list. */
  readonly clear = (): void => {
    this.stop();
    this.files.clear();
    this.set({ entries: [], leftOut: 0 });
  };

  private async work(signal: AbortSignal): Promise<void> {
    this.running += 1;
    for (;;) {
      const entry = signal.aborted ? undefined : this.state.entries.find(isWaiting);
      if (entry === undefined) break;
      this.change(({ key }) => key === entry.key, { status: "sending" });
      const outcome = await this.outcomeOf(entry, signal);
      this.change(({ key }) => key === entry.key, outcome);
      if (outcome.status === "imported") this.onImported();
    }
    this.running -= 1;
    // Files that were added while those before were being stopped wait for this.
    if (!this.stopping.signal.aborted) this.start();
    if (this.running === 0) this.set({ isRunning: false });
  }

  private async outcomeOf(entry: ImportEntry, signal: AbortSignal): Promise<Partial<ImportEntry>> {
    const found = this.files.get(entry.key);
    if (found === undefined) return { status: "refused", reason: "The file is no longer there." };
    const { file, path, sidecar } = found;
    try {
      const hash = await this.hash(file);
      const known = hash && (await this.repeat(entry, signal, () => this.requests.known([hash])))[hash];
      if (known) return { status: "duplicate", contentId: known, reason: null };
      const sent = () => this.requests.send(file, path, signal, sidecar);
      return summaryOf(await this.repeat(entry, signal, sent));
    } catch (error) {
      if (signal.aborted) return { status: "waiting", reason: null };
      return { status: "refused", reason: reasonOf(error) };
    }
  }

  private async hash(file: File): Promise<string | null> {
    const isZip = /\.zip$/i.test(file.name);
    return isZip || file.size > MAX_HASHED_BYTES ? null : await this.requests.hash(file);
  }

  /** Repeat a request until the server can take it, or the import is stopped. */
  private async repeat<Answer>(
    { key }: ImportEntry,
    signal: AbortSignal,
    request: () => Promise<Answer>,
  ): Promise<Answer> {
    for (let broken = 0; ; ) {
      try {
        return await request();
      } catch (error) {
        if (signal.aborted || !isTemporary(error)) throw error;
        broken = await this.countBroken(error, broken);
        this.change((entry) => entry.key === key, { reason: messageOf(error) });
        const pauseMs = Math.max(PAUSE_MS, (error.retryAfterSeconds ?? 0) * 1_000);
        await Promise.race([this.requests.wait(pauseMs), aborted(signal)]);
        signal.throwIfAborted();
      }
    }
  }

  private async countBroken(error: ApiError, before: number): Promise<number> {
    const count = error.isUnreachable && (await this.requests.isUp()) ? before + 1 : before;
    if (count === MAX_BROKEN) throw new Error(BROKEN);
    return count;
  }

  private change(fits: (entry: ImportEntry) => boolean, patch: Partial<ImportEntry>): void {
    this.set({ entries: this.state.entries.map((entry) => (fits(entry) ? { ...entry, ...patch } : entry)) });
  }

  private set(patch: Partial<ImportState>): void {
    if (patch.isRunning !== undefined) warnBeforeUnload(patch.isRunning);
    this.state = { ...this.state, ...patch };
    for (const listener of this.listeners) listener();
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

const askToStay = (event: BeforeUnloadEvent): void => event.preventDefault();

/** Make the browser ask before the tab is closed: the rest would not be imported. */
function warnBeforeUnload(isRunning: boolean): void {
  if (isRunning) window.addEventListener("beforeunload", askToStay);
  else window.removeEventListener("beforeunload", askToStay);
}

const isWaiting = ({ status }: ImportEntry): boolean => status === "waiting";

/** Return the outcome of a file; that of a zip is the best one of its files. */
function summaryOf(items: readonly ImportedFile[]): Partial<ImportEntry> {
  const [only] = items;
  if (only === undefined) return { status: "refused", reason: "There are no files in it." };
  if (items.length === 1)
    return { status: only.status, contentId: only.content_id, program: only.program, reason: only.reason };
  const order: readonly Outcome[] = ["imported", "duplicate", "refused"];
  const status = order.find((one) => items.some((item) => item.status === one)) ?? "refused";
  return { status, inside: items, reason: null };
}

/** Return the items of the gallery that files became or were already. */
export const itemsOf = (entries: readonly ImportEntry[]): number[] => [
  ...new Set(
    entries
      .flatMap(({ contentId, inside }) => [contentId, ...inside.map((one) => one.content_id)])
      .filter((id) => id !== null),
  ),
];

export type Counts = Readonly<Record<Outcome | "waiting", number>>;

/** Return the number of files by outcome, the files of zips one by one. */
export function countsOf(entries: readonly ImportEntry[]): Counts {
  const counts = { imported: 0, duplicate: 0, refused: 0, waiting: 0 };
  for (const { status, inside } of entries) {
    if (inside.length > 0) for (const item of inside) counts[item.status] += 1;
    else counts[status === "sending" ? "waiting" : status] += 1;
  }
  return counts;
}

/** The imports of this tab. */
export const importer = new Importer();
onLeave(importer.clear);
