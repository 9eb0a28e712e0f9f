import { useMemo, useRef } from "react";

const PRESS_MS = 500;
/** Movement in pixels from which the finger scrolls. */
const SLOP_PX = 10;

interface Pointed {
  readonly clientX: number;
  readonly clientY: number;
}

/** Return handlers of an element that call `onLongPress` while a finger rests on it, instead of a click. */
export function useLongPress(onLongPress: () => void) {
  const latest = useRef(onLongPress);
  latest.current = onLongPress;
  return useMemo(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let start: Pointed | null = null;
    let isDone = false;
    const cancel = () => {
      clearTimeout(timer);
      start = null;
    };
    return {
      onPointerDown: (event: Pointed & { readonly pointerType: string }) => {
        cancel();
        isDone = false;
        if (event.pointerType !== "touch") return;
        start = { clientX: event.clientX, clientY: event.clientY };
        timer = setTimeout(() => {
          isDone = true;
          latest.current();
        }, PRESS_MS);
      },
      onPointerMove: (event: Pointed) => {
        if (start === null) return;
        if (Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > SLOP_PX) cancel();
      },
      onPointerUp: cancel,
      // The browser scrolls or zooms.
      onPointerCancel: cancel,
      onContextMenu: (event: { preventDefault: () => void }) => {
        if (start !== null || isDone) event.preventDefault();
      },
      onClickCapture: (event: { preventDefault: () => void; stopPropagation: () => void }) => {
        if (!isDone) return;
        isDone = false;
        event.preventDefault();
        event.stopPropagation();
      },
    };
  }, []);
}
