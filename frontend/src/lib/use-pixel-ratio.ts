import { useSyncExternalStore } from "react";

/** Return the pixels of the screen per CSS pixel; zooming the page and another screen change it. */
export function usePixelRatio(): number {
  return useSyncExternalStore(subscribe, () => window.devicePixelRatio);
}

function subscribe(onChange: () => void): () => void {
  let query: MediaQueryList | undefined;
  // A query is about one ratio: a change needs another one.
  const watch = () => {
    query?.removeEventListener("change", changed);
    query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    query.addEventListener("change", changed);
  };
  const changed = () => {
    watch();
    onChange();
  };
  watch();
  return () => query?.removeEventListener("change", changed);
}
