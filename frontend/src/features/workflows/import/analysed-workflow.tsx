import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { type FormEvent, useMemo, useState } from "react";
import { useNavigate } from "react-router";
import { fieldErrorsOf } from "@/api/field-errors";
import type { Workflow } from "@/api/types";
import { FormError } from "@/ui/form-error";
import { Panel } from "@/ui/panel";
import { useToast } from "@/ui/toast";
import { bodyOf, type DraftField, derivedDraft } from "../form-editor/draft";
import { FormEditor, titlesOf } from "../form-editor/form-editor";
import { useAddWorkflow } from "../queries";
import { AnalysisSummary } from "./analysis-summary";
import { DetailsFields, type WorkflowDetails } from "./details-fields";
import { Problems } from "./problems";
import { ServerChecks } from "./server-checks";
import type { Found } from "./use-analysis";

interface AnalysedWorkflowProps {
  readonly found: Found;
  readonly onChooseOther: () => void;
}

/** What the analysis found, the form to arrange, and the button that saves the workflow. */
export function AnalysedWorkflow({ found, onChooseOther }: AnalysedWorkflowProps) {
  const { analysis } = found;
  const isUsable = analysis.graph !== null && analysis.problems.length === 0;
  return (
    <Box sx={{ display: "grid", gap: 2.5, gridTemplateColumns: "minmax(0, 1fr)" }}>
      <Panel
        title={isUsable ? "This workflow can be imported" : "This workflow cannot be imported"}
        action={
          <Button color="inherit" variant="outlined" onClick={onChooseOther}>
            Choose another
          </Button>
        }
      >
        <Box sx={{ display: "grid", gap: 2, gridTemplateColumns: "minmax(0, 1fr)" }}>
          <AnalysisSummary analysis={analysis} />
          <Problems problems={analysis.problems} />
          {analysis.graph === null ? null : (
            <ServerChecks backends={analysis.backends} requirements={analysis.requirements} />
          )}
        </Box>
      </Panel>
      {isUsable ? <SaveWorkflow found={found} /> : null}
    </Box>
  );
}

const SHOWN_FIELDS = ["title", "description", "visibility", "form"];

function SaveWorkflow({ found }: { readonly found: Found }) {
  const { analysis, title } = found;
  const known = useMemo(() => [...analysis.form, ...analysis.other_fields], [analysis]);
  const titles = useMemo(() => titlesOf(analysis.graph), [analysis]);
  const [form, setForm] = useState<readonly DraftField[]>(() => derivedDraft(analysis.form));
  const [details, setDetails] = useState<WorkflowDetails>({ title, description: "", visibility: "private" });
  const add = useAddWorkflow();
  const navigate = useNavigate();
  const toast = useToast();
  const save = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(
      {
        ...details,
        title: details.title.trim(),
        note: "",
        graph: analysis.graph,
        ui: analysis.ui,
        form: bodyOf(form),
      },
      {
        onSuccess: ({ workflow }: { readonly workflow: Workflow }) => {
          toast({
            message: `“${workflow.title}” was imported`,
            severity: "success",
            action: { label: "Run it", run: () => void navigate(`/workflows/${workflow.id}`) },
          });
          void navigate("/workflows");
        },
      },
    );
  };
  return (
    <>
      <Panel
        title="Form"
        description="Derived from the workflow. Open a field to change it; drag fields to arrange them."
      >
        <FormEditor form={form} onChange={setForm} known={known} titles={titles} error={add.error} />
      </Panel>
      <Panel title="Save">
        <Box
          component="form"
          noValidate
          onSubmit={save}
          sx={{ display: "grid", gap: 2, maxWidth: 640, gridTemplateColumns: "minmax(0, 1fr)" }}
        >
          <DetailsFields details={details} onChange={setDetails} errors={fieldErrorsOf(add.error)} />
          <FormError error={add.error} fields={form.length === 0 ? [] : SHOWN_FIELDS} />
          <Box>
            <Button
              type="submit"
              variant="contained"
              size="large"
              loading={add.isPending}
              disabled={details.title.trim() === ""}
            >
              Save workflow
            </Button>
          </Box>
        </Box>
      </Panel>
    </>
  );
}
