import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { messageOf } from "@/api/problem";
import { useSubmitJob } from "@/features/jobs";
import { randomId } from "@/lib/random-id";
import { useToast } from "@/ui/toast";
import { type GenerateSettings, submitOf } from "./settings";
import type { SettingsStore } from "./settings-store";

export interface Submission {
  /** Submit the settings; returns false when nothing was sent. */
  readonly submit: () => boolean;
  /** Whether the current settings were sent and wait for the response. */
  readonly isSubmitting: boolean;
  /** The settings of the last submission. */
  readonly sent: GenerateSettings | null;
  /** Why the last submission was rejected. */
  readonly error: unknown;
  /** Clear the error. */
  readonly clear: () => void;
}

/**
 * Submits the form. The same settings are not sent again before the response arrives; changed
 * settings can be submitted at once.
 */
export function useSubmission(store: SettingsStore): Submission {
  const toast = useToast();
  const { mutateAsync, isPending, error, reset } = useSubmitJob();
  const pending = useRef(new Set<GenerateSettings>());
  const latest = useRef<GenerateSettings | null>(null);
  const [sent, setSent] = useState<GenerateSettings | null>(null);

  // Without a form to show it in, a rejection is shown as a toast.
  const clear = useCallback(() => {
    latest.current = null;
    reset();
  }, [reset]);
  useEffect(
    () => () => {
      latest.current = null;
    },
    [],
  );

  const submit = useCallback(() => {
    const settings = store.get();
    if (settings.prompt.trim() === "" || pending.current.has(settings)) return false;
    pending.current.add(settings);
    latest.current = settings;
    setSent(settings);
    mutateAsync({ body: submitOf(settings), key: randomId() })
      // The form shows the error of the latest submission itself.
      .catch((rejection: unknown) =>
        latest.current === settings ? undefined : toast({ message: messageOf(rejection), severity: "error" }),
      )
      .finally(() => pending.current.delete(settings));
    return true;
  }, [store, mutateAsync, toast]);

  const isUnchanged = useSyncExternalStore(store.subscribe, () => store.get() === sent);
  return { submit, isSubmitting: isPending && isUnchanged, sent, error, clear };
}
