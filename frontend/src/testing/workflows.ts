import type { Workflow, WorkflowField, WorkflowVersion } from "@/api/types";

/** Return a text field of a form, for the prompt or another key, with some properties replaced. */
export function makeField(changes: Partial<WorkflowField> = {}): WorkflowField {
  const { key = "prompt" } = changes;
  return {
    key,
    label: changes.key ?? "Prompt",
    type: "text",
    node_id: "6",
    input: changes.key ?? "text",
    default: null,
    evidence: "text of the positive prompt",
    group: "",
    help: "",
    is_advanced: false,
    is_hidden: false,
    required: false,
    is_multiline: false,
    min: null,
    max: null,
    step: null,
    options: [],
    model_kind: null,
    also: [],
    ...changes,
  };
}

/** Return a private workflow with one version, which one server can run. */
export function makeWorkflow(changes: Partial<Workflow> = {}): Workflow {
  const at = "2026-01-01T00:00:00Z";
  return {
    id: 1,
    slug: "portrait",
    title: "Portrait",
    description: "",
    visibility: "private",
    owner: "local",
    owner_id: "0a0a0a0a-0000-4000-8000-000000000001",
    kind: "image",
    latest_version: 1,
    cover_content_id: null,
    cover: null,
    runs_on: ["default"],
    may_change: true,
    created_at: at,
    updated_at: at,
    archived_at: null,
    ...changes,
  };
}

/** Return version 1 of a workflow with a form; one server can run it. */
export function makeVersion(
  form: readonly WorkflowField[],
  changes: Partial<WorkflowVersion> = {},
): WorkflowVersion {
  return {
    id: 70,
    workflow_id: 7,
    number: 1,
    note: "",
    created_at: "2026-01-01T00:00:00Z",
    sha256: "",
    graph: {},
    has_ui: false,
    form: [...form],
    outputs: [],
    requirements: { nodes: [], models: [] },
    backends: [{ name: "gpu1", can_run: true, missing_nodes: [], missing_models: [] }],
    ...changes,
  };
}
