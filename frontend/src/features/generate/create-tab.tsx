import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { useNavigationType, useSearchParams } from "react-router";
import { lazyPart } from "@/lib/code";
import { type Shortcut, useShortcuts } from "@/lib/shortcuts";
import { FormAndResults, showResults } from "@/ui/form-and-results";
import { useToast } from "@/ui/toast";
import { useFieldFocus } from "./find-field/use-field-focus";
import { GenerateForm } from "./form/generate-form";
import { useSettings } from "./use-settings";
import { useSubmission } from "./use-submission";

// Loaded after the form, which can be used before.
const StatusPanel = lazyPart(async () => (await import("./status/status-panel")).StatusPanel, {
  Loading: () => <Skeleton variant="rounded" sx={{ height: 380, borderRadius: "14px" }} />,
});

/** The form on the left, its results on the right. */
export function CreateTab() {
  const { store, reset } = useSettings();
  const submission = useSubmission(store);
  const prompt = useRef<HTMLTextAreaElement>(null);
  const results = useRef<HTMLDivElement>(null);
  const toast = useToast();
  const { submit: send, clear } = submission;

  const submit = useCallback(() => {
    if (send()) showResults(results.current);
  }, [send]);
  const resetAll = useCallback(() => {
    const before = store.get();
    reset();
    clear();
    toast({
      message: "Settings reset to defaults",
      action: { label: "Undo", run: () => store.change(before) },
    });
  }, [store, reset, clear, toast]);
  const shortcuts = useMemo<Shortcut[]>(
    () => [
      { keys: "mod+enter", label: "Generate", group: "Generate", run: submit, whileTyping: true },
      { keys: "p", label: "Go to prompt", group: "Generate", run: () => prompt.current?.focus() },
    ],
    [submit],
  );
  useShortcuts(shortcuts);
  const isPromptGiven = useSearchParams()[0].has("prompt");
  useEffect(() => (isPromptGiven ? prompt.current?.focus() : undefined), [isPromptGiven]);
  const form = useRef<HTMLDivElement>(null);
  const isFieldNamed = useFieldFocus(form);
  // Who comes by a link wants to write. On a touch screen the keyboard would cover the results.
  const isByLink = useNavigationType() !== "POP";
  useEffect(() => {
    if (isByLink && !isFieldNamed.current && !window.matchMedia("(pointer: coarse)").matches)
      prompt.current?.focus({ preventScroll: true });
  }, [isByLink, isFieldNamed]);

  return (
    <FormAndResults
      resultsRef={results}
      form={
        <div ref={form} style={{ display: "contents" }}>
          <GenerateForm
            store={store}
            onReset={resetAll}
            onSubmit={submit}
            isSubmitting={submission.isSubmitting}
            sent={submission.sent}
            error={submission.error}
            promptInput={prompt}
          />
        </div>
      }
      results={
        <>
          <Typography variant="h2" sx={{ mb: 1.5 }}>
            Results
          </Typography>
          <StatusPanel onRestore={store.change} />
        </>
      }
    />
  );
}
