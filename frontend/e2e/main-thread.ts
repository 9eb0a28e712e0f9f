/** Measurements of the main thread of a page, by its own clock: other processes do not advance it. */
import type { Page } from "playwright-core";

/** One event of the trace of Chromium. Times are in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Processor time of the thread. */
  readonly tdur?: number;
  readonly args?: { readonly data?: { readonly type?: string } };
}

/** A task of the main thread. */
export interface Task {
  /** Milliseconds from start to end; more than `cpu` while other processes run. */
  readonly wall: number;
  /** Milliseconds of processor time. */
  readonly cpu: number;
  /** Whether a key press was handled in it. */
  readonly isKey: boolean;
}

const CATEGORIES = ["toplevel", "blink.user_timing", "devtools.timeline"];
const MARK = "measured page";

/** Return the tasks of the main thread of a page while something is done. */
export async function traceTasks(page: Page, run: () => Promise<void>): Promise<readonly Task[]> {
  const browser = page.context().browser();
  if (browser === null) throw new Error("the page has no browser");
  await browser.startTracing(page, { categories: CATEGORIES });
  await page.evaluate((name) => performance.mark(name), MARK);
  await run();
  const text = (await browser.stopTracing()).toString();
  return tasksOf((JSON.parse(text) as { traceEvents: TraceEvent[] }).traceEvents);
}

function tasksOf(events: readonly TraceEvent[]): Task[] {
  const mark = events.find(({ name }) => name === MARK);
  if (mark === undefined) throw new Error("the trace does not have the page");
  const ofPage = events.filter(
    ({ pid, tid, ts, ph }) => pid === mark.pid && tid === mark.tid && ts >= mark.ts && ph === "X",
  );
  const keys = ofPage.filter(({ name, args }) => name === "EventDispatch" && args?.data?.type === "keydown");
  const tasks: Task[] = [];
  let end = 0;
  for (const task of ofPage.filter(({ name }) => /RunTask$/.test(name)).toSorted((a, b) => a.ts - b.ts)) {
    // A task within a task.
    if (task.ts < end) continue;
    const { ts, dur = 0, tdur = 0 } = task;
    end = ts + dur;
    const isKey = keys.some((key) => key.ts >= ts && key.ts < end);
    tasks.push({ wall: dur / 1000, cpu: tdur / 1000, isKey });
  }
  return tasks;
}

/**
 * Milliseconds that `calibrate` takes on the machine of docs/decisions/speed-in-the-browser.md: 2.3 to 2.9 ms of
 * processor time, median of 15 runs by Node.js.
 */
const CALIBRATED_MS = 2.5;

/** Return how many times slower the page is than on that machine; at least 1. */
export async function slowness(page: Page): Promise<number> {
  const median = await page.evaluate(() => {
    const calibrate = () => {
      const start = performance.now();
      const words = new Map<string, number>();
      for (let index = 0; index < 20_000; index += 1) {
        const word = `word ${(index * 7_919) % 5_000}`;
        words.set(word, (words.get(word) ?? 0) + word.length);
      }
      return performance.now() - start;
    };
    const times = Array.from({ length: 15 }, calibrate);
    return times.toSorted((a, b) => a - b)[7] ?? 0;
  });
  return Math.max(1, median / CALIBRATED_MS);
}

/** Return the value below which this part of the values is; 0 without values. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? 0;
}

/** Write a measured figure into the output of the run; `just bench-web` shows it. */
export function report(what: string, figures: Readonly<Record<string, number>>): void {
  const parts = Object.entries(figures).map(([name, value]) => `${name} ${Math.round(value * 10) / 10}`);
  process.stdout.write(`measured: ${what}: ${parts.join(", ")}\n`);
}
