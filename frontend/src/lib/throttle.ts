export interface Throttled {
  readonly call: () => void;
  readonly cancel: () => void;
}

/** Return a function that runs at once, and for calls within the next `ms` milliseconds once after them. */
export function throttle(run: () => void, ms: number): Throttled {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isCalledAgain = false;
  const start = () => {
    isCalledAgain = false;
    run();
    timer = setTimeout(() => {
      timer = undefined;
      if (isCalledAgain) start();
    }, ms);
  };
  return {
    call: () => {
      if (timer === undefined) start();
      else isCalledAgain = true;
    },
    cancel: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
