/** The service worker: registration, new versions, and the subscription to push notifications. */

const UPDATE_CHECK_MS = 3_600_000;

interface Handlers {
  /** A new version is ready; `apply` reloads the page with it. */
  readonly onNewVersion: (apply: () => void) => void;
  /** A notification was clicked while the app is open. */
  readonly onOpen: (path: string) => void;
}

export const hasServiceWorker = (): boolean => "serviceWorker" in navigator && window.isSecureContext;

/** Register the service worker, except in development; returns a function that stops to listen. */
export function startServiceWorker({ onNewVersion, onOpen }: Handlers): () => void {
  if (!import.meta.env.PROD || !hasServiceWorker()) return () => undefined;
  const { serviceWorker } = navigator;
  const stopped = new AbortController();
  const { signal } = stopped;
  serviceWorker.addEventListener(
    "message",
    ({ data }: MessageEvent<{ open?: string }>) => (data.open === undefined ? undefined : onOpen(data.open)),
    { signal },
  );
  let timer: ReturnType<typeof setInterval> | undefined;
  // Without it the app works as before: private windows refuse service workers.
  void serviceWorker
    .register("/sw.js")
    .then((registration) => {
      if (signal.aborted) return;
      followUpdates(registration, onNewVersion, signal);
      timer = setInterval(() => void registration.update().catch(() => undefined), UPDATE_CHECK_MS);
    })
    .catch(() => undefined);
  return () => {
    stopped.abort();
    clearInterval(timer);
  };
}

function followUpdates(
  registration: ServiceWorkerRegistration,
  onNewVersion: Handlers["onNewVersion"],
  signal: AbortSignal,
): void {
  const offer = (worker: ServiceWorker) => {
    // The first worker of this browser replaces no other version.
    if (navigator.serviceWorker.controller === null) return;
    onNewVersion(() => {
      navigator.serviceWorker.addEventListener("controllerchange", () => window.location.reload(), {
        once: true,
      });
      worker.postMessage("skip-waiting");
    });
  };
  if (registration.waiting !== null) offer(registration.waiting);
  registration.addEventListener(
    "updatefound",
    () => {
      const worker = registration.installing;
      worker?.addEventListener(
        "statechange",
        () => (worker.state === "installed" ? offer(worker) : undefined),
        {
          signal,
        },
      );
    },
    { signal },
  );
}

/** Return the push subscription of this browser; null without one. */
export async function pushSubscription(): Promise<PushSubscription | null> {
  if (!hasServiceWorker() || !("PushManager" in window)) return null;
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** End the push subscription of this browser; the server learns it from the push service. */
export async function endPushSubscription(): Promise<void> {
  await (await pushSubscription())?.unsubscribe();
}
