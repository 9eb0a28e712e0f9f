import { useEffect, useState } from "react";

const IDLE_MS = 2_600;
const EVENTS = ["pointermove", "pointerdown", "keydown", "focusin"] as const;

/** Return whether neither pointer nor keyboard was used for a while. */
export function useIdle(isActive: boolean): boolean {
  const [isIdle, setIsIdle] = useState(false);
  useEffect(() => {
    if (!isActive) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wake = () => {
      clearTimeout(timer);
      setIsIdle(false);
      timer = setTimeout(() => setIsIdle(true), IDLE_MS);
    };
    wake();
    for (const name of EVENTS) window.addEventListener(name, wake);
    return () => {
      clearTimeout(timer);
      setIsIdle(false);
      for (const name of EVENTS) window.removeEventListener(name, wake);
    };
  }, [isActive]);
  return isIdle;
}
