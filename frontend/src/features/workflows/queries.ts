/** Workflows, their versions and what can be done with them. */
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type {
  VersionSubmit,
  Workflow,
  WorkflowAnalysis,
  WorkflowListQuery,
  WorkflowPatch,
  WorkflowSubmit,
} from "@/api/types";

export type WorkflowFilter = Omit<WorkflowListQuery, "limit" | "cursor">;

const PAGE = 48;
/** Which servers can run a workflow changes with their models, but rarely. */
const STALE_MS = 30_000;

const keys = {
  all: ["workflows"] as const,
  lists: ["workflows", "list"] as const,
  detail: (id: number) => ["workflows", "detail", id] as const,
  versions: (id: number) => ["workflows", "detail", id, "versions"] as const,
};

const inPath = (id: number) => ({ path: { workflow_id: id } });

/** Workflows of a filter, those changed last first. */
export const workflowsQuery = (filter: WorkflowFilter) =>
  infiniteQueryOptions({
    queryKey: [...keys.lists, filter] as const,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/workflows", {
          params: { query: { ...filter, limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

export const workflowQuery = (id: number) =>
  queryOptions({
    queryKey: keys.detail(id),
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/workflows/{workflow_id}", { params: inPath(id), signal })),
  });

/** A version with its graph and form, and which servers can run it. Versions never change; the servers do. */
export const versionQuery = (id: number, number: number) =>
  queryOptions({
    queryKey: [...keys.versions(id), number] as const,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/workflows/{workflow_id}/versions/{number}", {
          params: { path: { workflow_id: id, number } },
          signal,
        }),
      ),
    staleTime: STALE_MS,
  });

/** The versions of a workflow, the newest first. */
export const versionsQuery = (id: number) =>
  infiniteQueryOptions({
    queryKey: [...keys.versions(id), "list"] as const,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/workflows/{workflow_id}/versions", {
          params: {
            ...inPath(id),
            query: { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

/**
 * The JSON Schema of a version's inputs, with the options of the servers that can run it.
 *
 * @public
 */
export const workflowSchemaQuery = (id: number, version: number) =>
  queryOptions({
    queryKey: [...keys.versions(id), version, "schema"] as const,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/workflows/{workflow_id}/schema", {
          params: { ...inPath(id), query: { version } },
          signal,
        }),
      ),
    staleTime: STALE_MS,
  });

/** Return the file of a workflow: its graph in API format, or the file of ComfyUI's editor. */
export const exportWorkflow = (id: number, format: "api" | "ui", version: number) =>
  unwrap(
    api.GET("/api/v1/workflows/{workflow_id}/export", {
      params: { ...inPath(id), query: { format, version } },
    }),
  );

/** What is analysed: a file, a document, or an image of the gallery. */
export type AnalysisSource =
  | { readonly file: File }
  | { readonly document: object }
  | { readonly contentId: number };

/** Return what an import would give; nothing is stored. */
export function analyzeWorkflow(source: AnalysisSource, signal?: AbortSignal): Promise<WorkflowAnalysis> {
  return unwrap(
    api.POST("/api/v1/workflows/analyze", {
      ...(signal === undefined ? {} : { signal }),
      ...analysisBody(source),
    }),
  );
}

function analysisBody(source: AnalysisSource) {
  if (!("file" in source))
    return { body: ("document" in source ? source.document : { content_id: source.contentId }) as never };
  const form = new FormData();
  form.append("file", source.file, source.file.name);
  // The browser sets the content type with its boundary.
  return { body: form as never, bodySerializer: (body: unknown) => body as FormData };
}

/** What an analysis of a version's graph says at present: all fields that it could have, and problems. */
export const versionAnalysisQuery = (id: number, number: number, graph: object | null) =>
  queryOptions({
    queryKey: [...keys.versions(id), number, "analysis"] as const,
    queryFn: ({ signal }) => analyzeWorkflow({ document: graph ?? {} }, signal),
    enabled: graph !== null,
    staleTime: STALE_MS,
  });

/** How a version differs from another one. */
export const versionDifferenceQuery = (id: number, number: number, against: number) =>
  queryOptions({
    queryKey: [...keys.versions(id), number, "diff", against] as const,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/workflows/{workflow_id}/versions/{number}/diff", {
          params: { path: { workflow_id: id, number }, query: { against } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

function useWorkflowsChanged() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.all });
}

export function useAddWorkflow() {
  const onSuccess = useWorkflowsChanged();
  return useMutation({
    mutationFn: (body: WorkflowSubmit) => unwrap(api.POST("/api/v1/workflows", { body })),
    onSuccess,
  });
}

/** Change title, description, visibility or cover; archive or restore. */
export function useChangeWorkflow() {
  const onSuccess = useWorkflowsChanged();
  return useMutation({
    mutationFn: ({ id, patch }: { readonly id: Workflow["id"]; readonly patch: WorkflowPatch }) =>
      unwrap(api.PATCH("/api/v1/workflows/{workflow_id}", { params: inPath(id), body: patch })),
    onSuccess,
  });
}

export function useAddVersion() {
  const onSuccess = useWorkflowsChanged();
  return useMutation({
    mutationFn: ({ id, body }: { readonly id: Workflow["id"]; readonly body: VersionSubmit }) =>
      unwrap(api.POST("/api/v1/workflows/{workflow_id}/versions", { params: inPath(id), body })),
    onSuccess,
  });
}

/** Store the graph and form of an earlier version as a new one. */
export function useRestoreVersion() {
  const onSuccess = useWorkflowsChanged();
  return useMutation({
    mutationFn: ({ id, number }: { readonly id: Workflow["id"]; readonly number: number }) => {
      const body = { base_version: number, note: `Back to version ${number}` };
      return unwrap(api.POST("/api/v1/workflows/{workflow_id}/versions", { params: inPath(id), body }));
    },
    onSuccess,
  });
}
