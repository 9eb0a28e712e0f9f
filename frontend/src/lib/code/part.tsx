import { type ComponentType, useLayoutEffect, useReducer, useState } from "react";
import { waitForCode } from "./loading";

/** Code that is loaded on demand, once. */
class Part<T> {
  /** What was loaded, or null. */
  value: T | null = null;
  private pending: Promise<T> | null = null;
  private readonly load: () => Promise<T>;

  constructor(load: () => Promise<T>) {
    this.load = load;
  }

  /** Load unless it is loaded or being loaded. A failure is not kept: the next call tries again. */
  readonly request = async (): Promise<T> => {
    this.pending ??= this.load();
    try {
      this.value = await this.pending;
      return this.value;
    } catch (error) {
      this.pending = null;
      throw error;
    }
  };
}

const parts: Part<unknown>[] = [];

interface Loaded<T> {
  readonly value: T | null;
  readonly hasFailed: boolean;
}

/** Load a part while mounted and wanted; after a failure it is loaded again once the server answers. */
function usePart<T>(part: Part<T>, isWanted: boolean): Loaded<T> {
  const [hasFailed, setHasFailed] = useState(false);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  // Before the browser paints: code that was preloaded is there at once, and its stand-in need not be painted.
  useLayoutEffect(() => {
    if (!isWanted || part.value !== null) return;
    const unmounted = new AbortController();
    const { signal } = unmounted;
    const run = async (attempt: number): Promise<void> => {
      const isLoaded = await part.request().then(
        () => true,
        () => false,
      );
      signal.throwIfAborted();
      if (isLoaded) return redraw();
      setHasFailed(true);
      await waitForCode(attempt, signal);
      return run(attempt + 1);
    };
    // Only an abort rejects.
    run(0).catch(() => undefined);
    return () => unmounted.abort();
  }, [part, isWanted]);
  return { value: part.value, hasFailed: hasFailed && part.value === null };
}

function partOf<P>(load: () => Promise<ComponentType<P>>): Part<ComponentType<P>> {
  const part = new Part(load);
  parts.push(part as Part<unknown>);
  return part;
}

interface Stages<P> {
  /** Shown while the code is being loaded. */
  readonly Loading: ComponentType<P>;
  /** Shown while it cannot be loaded. */
  readonly Failed?: ComponentType;
}

/** Return a component whose code is loaded when it is first shown. */
export function lazyPart<P extends object>(
  load: () => Promise<ComponentType<P>>,
  { Loading, Failed }: Stages<P>,
): ComponentType<P> {
  const part = partOf(load);
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each module
  return function LazyPart(props: P) {
    const { value: Component, hasFailed } = usePart(part, true);
    if (Component !== null) return <Component {...props} />;
    return hasFailed && Failed !== undefined ? <Failed /> : <Loading {...props} />;
  };
}

/** Return a dialog, menu or the like whose code is loaded when it is first opened. */
export function lazyOnOpen<P extends { readonly open: boolean }>(
  load: () => Promise<ComponentType<P>>,
): ComponentType<P> {
  const part = partOf(load);
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each module
  return function LazyOnOpen(props: P) {
    const { value: Component } = usePart(part, props.open);
    return Component === null ? null : <Component {...props} />;
  };
}

const IDLE_MS = 2_000;

/**
 * Load all other code when the browser has nothing else to do, so that pages and dialogs open at once,
 * and without a connection. Returns a function that stops it.
 */
export function preloadParts(): () => void {
  if (isDataSaved()) return () => undefined;
  let isStopped = false;
  const run = async () => {
    await idle(IDLE_MS);
    for (const part of parts) {
      if (isStopped) return;
      if (part.value !== null) continue;
      await part.request().catch(() => undefined);
      await idle(0);
    }
  };
  void run();
  return () => {
    isStopped = true;
  };
}

/** Return whether the user or the network wants little data to be loaded. */
function isDataSaved(): boolean {
  const { connection } = navigator as { connection?: { saveData?: boolean; effectiveType?: string } };
  return connection?.saveData === true || /^(slow-2g|2g|3g)$/.test(connection?.effectiveType ?? "");
}

const idle = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(() => {
      if ("requestIdleCallback" in window) requestIdleCallback(() => resolve(), { timeout: 5_000 });
      else resolve();
    }, ms);
  });
