import { useMutation } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import type { WorkflowAnalysis } from "@/api/types";
import { type AnalysisSource, analyzeWorkflow } from "../queries";

export interface Found {
  /** Distinguishes analyses. */
  readonly id: number;
  readonly analysis: WorkflowAnalysis;
  /** What the workflow may be called. */
  readonly title: string;
}

export interface AnalysisState {
  readonly analyze: (source: AnalysisSource, title: string) => void;
  readonly isPending: boolean;
  readonly error: unknown;
  /** The last successful analysis. */
  readonly found: Found | null;
}

/** Analyses one workflow after the other; a failure keeps the last result. */
export function useAnalysis(): AnalysisState {
  const [found, setFound] = useState<Found | null>(null);
  const { mutate, isPending, error } = useMutation({
    mutationFn: ({ source }: { readonly source: AnalysisSource; readonly title: string }) =>
      analyzeWorkflow(source),
    onSuccess: (analysis, { title }) =>
      setFound((before) => ({ id: (before?.id ?? 0) + 1, analysis, title })),
  });
  const analyze = useCallback((source: AnalysisSource, title: string) => mutate({ source, title }), [mutate]);
  return { analyze, isPending, error, found };
}

/** Return the name of a file as a title: without its ending, with spaces. */
export const titleOf = (name: string): string =>
  name
    .replace(/(\.(app|api|ui))?\.[a-z0-9]{1,5}$/i, "")
    .replaceAll(/[_-]+/g, " ")
    .trim()
    .replace(/^./, (first) => first.toUpperCase());
