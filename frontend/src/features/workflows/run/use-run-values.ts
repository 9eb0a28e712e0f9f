import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { useLocation, useSearchParams } from "react-router";
import { messageOf } from "@/api/problem";
import type { WorkflowField } from "@/api/types";
import { jobQuery } from "@/features/jobs";
import { readStored, writeStored } from "@/lib/storage/stored-state";
import { useToast } from "@/ui/toast";
import { type FormValues, valuesOf } from "../fields";

export interface RunValues {
  readonly values: FormValues;
  readonly change: (key: string, value: unknown) => void;
  readonly replace: (values: FormValues) => void;
}

const storedAs = (workflowId: number): string => `workflow-${workflowId}`;
const anything = (value: unknown): unknown => value;

/**
 * The values of a form, stored in this browser for each workflow. `?job=` in the URL fills in those of an
 * earlier job, `state.inputs` of the location those of a rejected submission.
 */
export function useRunValues(workflowId: number, form: readonly WorkflowField[]): RunValues {
  const location = useLocation();
  const [values, setValues] = useState<FormValues>(() => {
    const { inputs } = (location.state ?? {}) as { readonly inputs?: unknown };
    return valuesOf(form, inputs ?? readStored(storedAs(workflowId), anything));
  });
  const replace = useCallback((next: FormValues) => setValues(next), []);
  const change = useCallback(
    (key: string, value: unknown) => setValues((current) => ({ ...current, [key]: value })),
    [],
  );
  useEffect(() => writeStored(storedAs(workflowId), values), [workflowId, values]);
  useValuesOfJob(form, replace);
  return { values, change, replace };
}

function useValuesOfJob(form: readonly WorkflowField[], replace: (values: FormValues) => void): void {
  const [query, setQuery] = useSearchParams();
  const client = useQueryClient();
  const toast = useToast();
  const job = query.get("job");
  useEffect(() => {
    if (job === null) return;
    let isCurrent = true;
    client
      .fetchQuery(jobQuery(Number(job)))
      .then(({ inputs }) => (isCurrent ? replace(valuesOf(form, inputs)) : undefined))
      .catch((error: unknown) => toast({ message: messageOf(error), severity: "error" }))
      // A reload must not overwrite what the user changes from here on.
      .finally(() => {
        if (!isCurrent) return;
        setQuery(
          (before) => {
            before.delete("job");
            return before;
          },
          { replace: true },
        );
      });
    return () => {
      isCurrent = false;
    };
  }, [job, form, client, replace, setQuery, toast]);
}
