import { useEffect, useRef } from "react";
import { useLocation } from "react-router";

/** Scroll offsets in pixels by history entry; they live as long as the page does. */
const offsets = new Map<string, number>();

/** Return to where the window was scrolled when one comes back to this entry of the history. */
export function useScrollMemory(isReady: boolean): void {
  const { key } = useLocation();
  const restored = useRef<string | null>(null);
  useEffect(() => {
    if (!isReady || restored.current === key) return;
    restored.current = key;
    const offset = offsets.get(key);
    if (offset !== undefined) requestAnimationFrame(() => window.scrollTo(0, offset));
  }, [key, isReady]);
  useEffect(() => {
    const remember = () => {
      // Until restored, the window's position belongs to the page before.
      if (restored.current === key) offsets.set(key, window.scrollY);
    };
    window.addEventListener("scroll", remember, { passive: true });
    return () => window.removeEventListener("scroll", remember);
  }, [key]);
}
