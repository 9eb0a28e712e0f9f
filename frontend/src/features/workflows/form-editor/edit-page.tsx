import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { Link } from "react-router";
import { fieldErrorsOf } from "@/api/field-errors";
import type { Workflow, WorkflowAnalysis, WorkflowVersion } from "@/api/types";
import { FormError } from "@/ui/form-error";
import { Page } from "@/ui/page";
import { Panel } from "@/ui/panel";
import { ProblemState } from "@/ui/problem-state";
import { TextField } from "@/ui/text-field";
import { DetailsFields } from "../import/details-fields";
import { NotAllowed } from "../import/not-allowed";
import { Problems } from "../import/problems";
import { versionAnalysisQuery, versionQuery } from "../queries";
import { LoadingPanels, OfWorkflow } from "../workflow-state";
import { type DraftField, storedDraft } from "./draft";
import { FormEditor, titlesOf } from "./form-editor";
import { useSaveChanges } from "./use-save-changes";

/** Edits title and form of a workflow; another form is stored as a new version. */
export function WorkflowEditPage() {
  return (
    <OfWorkflow title="Edit workflow">
      {(workflow) => (
        <Page
          title={workflow.title}
          tabTitle={`Edit ${workflow.title}`}
          description="Changes of the form are stored as a new version. Earlier jobs keep theirs."
          maxWidth={1280}
          actions={
            <Button color="inherit" component={Link} to="/workflows">
              Back to workflows
            </Button>
          }
        >
          {workflow.may_change ? <NewestVersion workflow={workflow} /> : <NotAllowed />}
        </Page>
      )}
    </OfWorkflow>
  );
}

/** Loads the version to edit. It stays while newer ones are made, so that no change is lost. */
function NewestVersion({ workflow }: { readonly workflow: Workflow }) {
  const [number] = useState(workflow.latest_version);
  const version = useQuery(versionQuery(workflow.id, number));
  const analysis = useQuery({ ...versionAnalysisQuery(workflow.id, number, version.data?.graph ?? null) });
  const failed = [version, analysis].find(({ data, error }) => data === undefined && error !== null);
  if (failed !== undefined)
    return <ProblemState error={failed.error} onRetry={() => void failed.refetch()} />;
  if (version.data === undefined || analysis.data === undefined) return <LoadingPanels />;
  return <Editor workflow={workflow} version={version.data} analysis={analysis.data} />;
}

interface EditorProps {
  readonly workflow: Workflow;
  readonly version: WorkflowVersion;
  readonly analysis: WorkflowAnalysis;
}

function Editor({ workflow, version, analysis }: EditorProps) {
  const known = useMemo(() => [...analysis.form, ...analysis.other_fields], [analysis]);
  const titles = useMemo(() => titlesOf(version.graph), [version]);
  const [form, setForm] = useState<readonly DraftField[]>(() => storedDraft(version.form, known));
  const [details, setDetails] = useState({
    title: workflow.title,
    description: workflow.description,
    visibility: workflow.visibility,
  });
  const [note, setNote] = useState("");
  const { save, isSaving, error, hasChanges, isNewVersion } = useSaveChanges({
    workflow,
    version,
    known,
    form,
    details,
    note,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save();
  };
  const errors = fieldErrorsOf(error);
  return (
    <Box sx={{ display: "grid", gap: 2.5, gridTemplateColumns: "minmax(0, 1fr)" }}>
      <Problems problems={analysis.problems} />
      <Panel
        title="Form"
        description="Open a field to change it; drag fields to arrange them, or use the arrow keys on a handle."
      >
        <FormEditor form={form} onChange={setForm} known={known} titles={titles} error={error} />
      </Panel>
      <Panel title="Save">
        <Box
          component="form"
          noValidate
          onSubmit={submit}
          sx={{ display: "grid", gap: 2, maxWidth: 640, gridTemplateColumns: "minmax(0, 1fr)" }}
        >
          <DetailsFields details={details} onChange={setDetails} errors={errors} />
          <TextField
            label="What has changed"
            value={note}
            disabled={!isNewVersion}
            placeholder="A note for the list of versions"
            onChange={(event) => setNote(event.target.value)}
            error={errors("note") !== undefined}
            helperText={errors("note")}
            slotProps={{ inputLabel: { shrink: true }, htmlInput: { maxLength: 500 } }}
          />
          <FormError
            error={error}
            fields={["title", "description", "note", ...(form.length > 0 ? ["form"] : [])]}
          />
          <Box>
            <Button
              type="submit"
              variant="contained"
              size="large"
              loading={isSaving}
              disabled={!hasChanges || details.title.trim() === ""}
            >
              {isNewVersion ? `Save as version ${workflow.latest_version + 1}` : "Save"}
            </Button>
          </Box>
        </Box>
      </Panel>
    </Box>
  );
}
