import { useCallback, useEffect, useRef, useState } from "react";
import { messageOf } from "@/api/problem";
import { useSubmitJob } from "@/features/jobs";
import { randomId } from "@/lib/random-id";
import { useToast } from "@/ui/toast";
import { type GenerateSettings, submitOf } from "./settings";

export interface Submission {
  /** Send the settings as they are; false where there is nothing to send. */
  readonly submit: () => boolean;
  /** Whether just these settings wait for the server's answer. */
  readonly isSubmitting: boolean;
  /** Why the last submission was refused. */
  readonly error: unknown;
  readonly forget: () => void;
}

/**
 * Sends what the form holds. The same settings are not sent again before the server has answered; as
 * soon as something was changed, the next submission need not wait for the one before.
 */
export function useSubmission(settings: GenerateSettings): Submission {
  const toast = useToast();
  const { mutateAsync, isPending, error, reset } = useSubmitJob();
  const underWay = useRef(new Set<GenerateSettings>());
  const latest = useRef<GenerateSettings | null>(null);
  const [sent, setSent] = useState<GenerateSettings | null>(null);

  // Where nothing stands below a form any more, a refusal is told in passing.
  const forget = useCallback(() => {
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
    if (settings.prompt.trim() === "" || underWay.current.has(settings)) return false;
    underWay.current.add(settings);
    latest.current = settings;
    setSent(settings);
    mutateAsync({ body: submitOf(settings), key: randomId() })
      // What became of the last one stands below the form.
      .catch((refusal: unknown) =>
        latest.current === settings ? undefined : toast({ message: messageOf(refusal), severity: "error" }),
      )
      .finally(() => underWay.current.delete(settings));
    return true;
  }, [settings, mutateAsync, toast]);

  return { submit, isSubmitting: isPending && sent === settings, error, forget };
}
