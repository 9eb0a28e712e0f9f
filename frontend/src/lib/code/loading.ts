/** Loads code that is split from the app, and finds out when loading it again may succeed. */

/** Delays between checks of the server in milliseconds; the last one repeats. */
const CHECK_MS = [0, 1_000, 2_000, 5_000, 10_000] as const;
const RELOADED = "genonaut:reloaded-for";
const ENTRY = /<script[^>]*\stype="module"[^>]*\ssrc="([^"]+)"/;

/**
 * Wait until code that could not be loaded may be loaded again: the server answers.
 *
 * When the server has another build than this page, its files are gone: the page is reloaded, once for
 * each build. `attempt` counts the failures so far; rejects when the signal is aborted.
 */
export async function waitForCode(attempt: number, signal: AbortSignal): Promise<void> {
  for (let check = attempt; ; check += 1) {
    await pause(CHECK_MS[Math.min(check, CHECK_MS.length - 1)] ?? 0, signal);
    const entry = await entryOfServer(signal);
    if (entry === null) continue;
    if (entry !== entryOfPage() && markReload(entry)) window.location.reload();
    return;
  }
}

/** Wait for a time, or until the browser reports that it is online again. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      window.removeEventListener("online", end);
      signal.removeEventListener("abort", end);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(end, ms);
    window.addEventListener("online", end);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}

/** Return the entry script of the server's build; null when the server cannot be reached. */
async function entryOfServer(signal: AbortSignal): Promise<string | null> {
  try {
    const response = await fetch("/", { cache: "no-store", headers: { Accept: "text/html" }, signal });
    return response.ok ? (ENTRY.exec(await response.text())?.[1] ?? null) : null;
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}

const entryOfPage = (): string | null =>
  document.querySelector('script[type="module"][src]')?.getAttribute("src") ?? null;

/** Return whether the page may be reloaded for this build; false the second time. */
function markReload(entry: string): boolean {
  try {
    if (sessionStorage.getItem(RELOADED) === entry) return false;
    sessionStorage.setItem(RELOADED, entry);
    return true;
  } catch {
    // Without storage a reload could repeat without limit.
    return false;
  }
}
