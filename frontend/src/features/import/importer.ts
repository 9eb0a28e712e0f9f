/**
 * Imports files one after the other, a few at a time, also while other pages are shown.
 *
 * Files whose bytes the user has already are not sent: choosing the same folder again continues an import.
 */
import { ApiError, messageOf } from "@/api/problem";
import type { ImportedFile } from "@/api/types";
import type { FoundFile } from "./files";
import { hashOf, importFile, knownItems } from "./requests";

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
  readonly wait: (ms: number) => Promise<void>;
}

const AT_ONCE = 3;
/** Files of more bytes are not hashed here: their bytes would all be in memory. */
const MAX_HASHED_BYTES = 100_000_000;
const PAUSE_MS = 2_000;
const MAX_TRIES = 30;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const REAL: ImportRequests = { hash: hashOf, known: knownItems, send: importFile, wait: pause };

export class Importer {
  private state: ImportState = { entries: [], isRunning: false };
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
  readonly add = (found: readonly FoundFile[]): void => {
    const added = found.map((one): ImportEntry => {
      this.lastKey += 1;
      this.files.set(this.lastKey, one);
      const { file, path } = one;
      const nothing = { contentId: null, program: null, reason: null, inside: [] };
      return { key: this.lastKey, path, bytes: file.size, status: "waiting", ...nothing };
    });
    this.set({ entries: [...this.state.entries, ...added] });
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
    this.set({ entries: [] });
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
    if (this.running === 0) this.set({ isRunning: false });
  }

  private async outcomeOf(entry: ImportEntry, signal: AbortSignal): Promise<Partial<ImportEntry>> {
    const found = this.files.get(entry.key);
    if (found === undefined) return { status: "refused", reason: "The file is no longer there." };
    try {
      const known = await this.knownItem(found.file);
      if (known !== null) return { status: "duplicate", contentId: known };
      return summaryOf(await this.send(found, signal));
    } catch (error) {
      if (signal.aborted) return { status: "waiting" };
      return { status: "refused", reason: messageOf(error) };
    }
  }

  private async knownItem(file: File): Promise<number | null> {
    const isZip = /\.zip$/i.test(file.name);
    const hash = isZip || file.size > MAX_HASHED_BYTES ? null : await this.requests.hash(file);
    return hash === null ? null : ((await this.requests.known([hash]))[hash] ?? null);
  }

  /** Send a file; too many requests, and a server that is not there, delay it. */
  private async send(
    { file, path, sidecar }: FoundFile,
    signal: AbortSignal,
  ): Promise<readonly ImportedFile[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.requests.send(file, path, signal, sidecar);
      } catch (error) {
        const isTemporary = error instanceof ApiError && (error.status === 429 || error.isUnreachable);
        if (!isTemporary || tries >= MAX_TRIES || signal.aborted) throw error;
        await this.requests.wait(Math.max(PAUSE_MS, (error.retryAfterSeconds ?? 0) * 1_000));
      }
    }
  }

  private change(fits: (entry: ImportEntry) => boolean, patch: Partial<ImportEntry>): void {
    this.set({ entries: this.state.entries.map((entry) => (fits(entry) ? { ...entry, ...patch } : entry)) });
  }

  private set(patch: Partial<ImportState>): void {
    this.state = { ...this.state, ...patch };
    for (const listener of this.listeners) listener();
  }
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
  return { status, inside: items };
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
