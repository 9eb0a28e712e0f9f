import { useEffect, useRef, useState } from "react";

const IDLE_MS = 2_600;
const EVENTS = ["pointermove", "pointerdown", "keydown", "focusin"] as const;

/** The bars of the immersive view. */
export interface Bars {
  readonly areHidden: boolean;
  readonly setHidden: (areHidden: boolean) => void;
}

/**
 * Hide the bars while neither pointer nor keyboard is used for a while.
 *
 * A finger keeps them, but does not bring them back: a tap on the image does.
 */
export function useBars(isImmersive: boolean): Bars {
  const [areHidden, setHidden] = useState(false);
  const latest = useRef(areHidden);
  latest.current = areHidden;
  useEffect(() => {
    if (!isImmersive) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wake = (event?: Event) => {
      const isFinger = event !== undefined && "pointerType" in event && event.pointerType === "touch";
      clearTimeout(timer);
      timer = setTimeout(() => setHidden(true), IDLE_MS);
      if (!isFinger || !latest.current) setHidden(false);
    };
    wake();
    for (const name of EVENTS) window.addEventListener(name, wake);
    return () => {
      clearTimeout(timer);
      setHidden(false);
      for (const name of EVENTS) window.removeEventListener(name, wake);
    };
  }, [isImmersive]);
  return { areHidden, setHidden };
}
