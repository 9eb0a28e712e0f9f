import { useEffect, useLayoutEffect, useRef } from "react";
import { useLocation } from "react-router";

const STORAGE_KEY = "genonaut:places";
/** Number of history entries whose position survives a reload. */
const MAX_STORED = 50;
/** Input that ends a pending restoration: the user scrolls or acts. */
const USER_INPUT = ["wheel", "touchmove", "keydown", "pointerdown"] as const;

/** Scroll offsets in pixels by history entry; session storage keeps them over a reload. */
const offsets = readOffsets();
window.addEventListener("pagehide", () => {
  try {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify([...offsets].slice(-MAX_STORED)));
  } catch {
    // Storage is full or disabled: a reload starts at the top.
  }
});

interface ScrollRestoration {
  /** The list has its height. */
  readonly isReady: boolean;
  /** Number of loaded items: the position may be reachable only after more are loaded. */
  readonly size: number;
  /** Loads more of the list; undefined when all of it is loaded. */
  readonly loadMore?: (() => void) | undefined;
}

/** Restore the scroll position of the window when the user returns to a history entry. */
export function useScrollRestoration({ isReady, size, loadMore }: ScrollRestoration): void {
  const { key, pathname, search } = useLocation();
  const address = `${pathname}${search}`;
  const entry = `${key} ${address}`;
  const restored = useRef<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: try again when the list has grown
  useEffect(() => {
    if (!isReady || restored.current === entry) return;
    const offset = offsets.get(entry);
    const reachable = document.documentElement.scrollHeight - window.innerHeight;
    if (offset !== undefined && reachable < offset && loadMore !== undefined) return loadMore();
    restored.current = entry;
    if (offset === undefined) return;
    requestAnimationFrame(() => {
      window.scrollTo(0, offset);
      // The page became shorter since it was measured, for example by a row that says "loading".
      if (window.scrollY + 1 >= offset || loadMore === undefined) return;
      restored.current = null;
      loadMore();
    });
  }, [entry, isReady, size, loadMore]);
  useEffect(() => {
    const stopRestoring = () => {
      if (isReady) restored.current = entry;
    };
    for (const type of USER_INPUT) window.addEventListener(type, stopRestoring, { passive: true });
    return () => {
      for (const type of USER_INPUT) window.removeEventListener(type, stopRestoring);
    };
  }, [entry, isReady]);
  useLayoutEffect(() => {
    const remember = () => {
      // The next page may be shorter, which scrolls the window before this page is unmounted.
      if (`${window.location.pathname}${window.location.search}` !== address) return;
      // Until restored, the scroll position belongs to the previous page.
      if (restored.current === entry) offsets.set(entry, window.scrollY);
    };
    window.addEventListener("scroll", remember, { passive: true });
    return () => window.removeEventListener("scroll", remember);
  }, [entry, address]);
}

/** Return the stored offsets after a reload or a return, none on a new visit. */
function readOffsets(): Map<string, number> {
  const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (visit?.type !== "reload" && visit?.type !== "back_forward") return new Map();
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "[]");
    return new Map(Array.isArray(stored) ? stored.filter(isOffset) : []);
  } catch {
    return new Map();
  }
}

function isOffset(value: unknown): value is [string, number] {
  return Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "number";
}
