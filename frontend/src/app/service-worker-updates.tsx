import { useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { startServiceWorker } from "@/lib/service-worker";
import { useToast } from "@/ui/toast";

/** Registers the service worker, offers new versions of the app, and opens what a notification names. */
export function ServiceWorkerUpdates() {
  const toast = useToast();
  const latest = useRef(useNavigate());
  latest.current = useNavigate();
  useEffect(
    () =>
      startServiceWorker({
        onNewVersion: (apply) =>
          toast({ message: "A new version is available", action: { label: "Reload", run: apply } }),
        onOpen: (path) => void latest.current(path),
      }),
    [toast],
  );
  return null;
}
