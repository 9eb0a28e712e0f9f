import { useEffect, useRef } from "react";
import { useLocation } from "react-router";

const STORED_AS = "genonaut:places";
/** Entries of the history whose place outlives a reload. */
const STORED_PLACES = 50;
/** What a person does who no longer waits to be brought to the old place. */
const OWN_MOVES = ["wheel", "touchmove", "keydown", "pointerdown"] as const;

/** Scroll offsets in pixels by history entry; the tab's storage carries them over a reload. */
const offsets = restoredOffsets();
window.addEventListener("pagehide", () => {
  try {
    sessionStorage.setItem(STORED_AS, JSON.stringify([...offsets].slice(-STORED_PLACES)));
  } catch {
    // Storage is full or forbidden: a reload begins at the top.
  }
});

interface ScrollRestoration {
  /** What is shown has its height. */
  readonly isReady: boolean;
  /** How much is shown, in whatever unit: the place may be reached only once this has grown. */
  readonly size: number;
  /** Asks for more of the list; absent when all of it is there. */
  readonly more?: (() => void) | undefined;
}

/** Return to where the window was scrolled when one comes back to this entry of the history. */
export function useScrollRestoration({ isReady, size, more }: ScrollRestoration): void {
  const { key, pathname, search } = useLocation();
  const entry = `${key} ${pathname}${search}`;
  const restored = useRef<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a grown list is another chance to arrive
  useEffect(() => {
    if (!isReady || restored.current === entry) return;
    const offset = offsets.get(entry);
    const reachable = document.documentElement.scrollHeight - window.innerHeight;
    if (offset !== undefined && reachable < offset && more !== undefined) return more();
    restored.current = entry;
    if (offset !== undefined) requestAnimationFrame(() => window.scrollTo(0, offset));
  }, [entry, isReady, size, more]);
  useEffect(() => {
    const giveUp = () => {
      if (isReady) restored.current = entry;
    };
    for (const move of OWN_MOVES) window.addEventListener(move, giveUp, { passive: true });
    return () => {
      for (const move of OWN_MOVES) window.removeEventListener(move, giveUp);
    };
  }, [entry, isReady]);
  useEffect(() => {
    const remember = () => {
      // Until restored, the window's position belongs to the page before.
      if (restored.current === entry) offsets.set(entry, window.scrollY);
    };
    window.addEventListener("scroll", remember, { passive: true });
    return () => window.removeEventListener("scroll", remember);
  }, [entry]);
}

/** What was stored, unless this is a new visit. */
function restoredOffsets(): Map<string, number> {
  const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (visit?.type !== "reload" && visit?.type !== "back_forward") return new Map();
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(STORED_AS) ?? "[]");
    return new Map(Array.isArray(stored) ? stored.filter(isPlace) : []);
  } catch {
    return new Map();
  }
}

function isPlace(value: unknown): value is [string, number] {
  return Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "number";
}
