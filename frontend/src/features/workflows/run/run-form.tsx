import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { Play, RotateCcw } from "lucide-react";
import { useMemo, useState } from "react";
import { fieldErrorsOf } from "@/api/field-errors";
import type { Workflow, WorkflowVersion } from "@/api/types";
import { useSubmitJob } from "@/features/jobs";
import { randomId } from "@/lib/random-id";
import { FormColumn, stickyButtons } from "@/ui/form-and-results";
import { FormError } from "@/ui/form-error";
import { SliderField } from "@/ui/slider-field";
import { useToast } from "@/ui/toast";
import { Tooltip } from "@/ui/tooltip";
import { FormFields, inputsOf, shownFields, valuesOf } from "../fields";
import { Availability } from "./availability";
import { useRunValues } from "./use-run-values";

interface RunFormProps {
  readonly workflow: Workflow;
  readonly version: WorkflowVersion;
  /** The JSON Schema of the inputs; undefined while it loads. */
  readonly schema: unknown;
  readonly onSubmitted: () => void;
}

const MAX_BATCH = 16;

/** The fields of a workflow, and the button that runs it. */
export function RunForm({ workflow, version, schema, onSubmitted }: RunFormProps) {
  const { form } = version;
  const { values, change, replace } = useRunValues(workflow.id, form);
  const [batchSize, setBatchSize] = useState(1);
  const toast = useToast();
  const submission = useSubmitJob();
  const { error } = submission;
  const errors = useMemo(() => fieldErrorsOf(error), [error]);
  const shown = useMemo(() => ["batch_size", ...shownFields(form).map(({ key }) => `inputs.${key}`)], [form]);
  const submit = () => {
    if (submission.isPending) return;
    const body = { inputs: inputsOf(form, values), version: version.number, batch_size: batchSize };
    const run = { workflowId: workflow.id, title: workflow.title, body };
    submission.mutate({ run, key: randomId() }, { onSuccess: onSubmitted });
  };
  const reset = () => {
    const before = values;
    replace(valuesOf(form, null));
    submission.reset();
    toast({ message: "Fields reset to defaults", action: { label: "Undo", run: () => replace(before) } });
  };
  const isArchived = workflow.archived_at !== null;
  return (
    <FormColumn
      label={workflow.title}
      onSubmit={submit}
      buttons={
        <Box sx={stickyButtons}>
          <Button
            type="submit"
            variant="contained"
            size="large"
            sx={{ flex: 1 }}
            loading={submission.isPending}
            disabled={isArchived}
            startIcon={<Play size={18} aria-hidden />}
          >
            {batchSize === 1 ? "Run" : `Run ${batchSize} times`}
          </Button>
          <Tooltip title="Reset to defaults">
            <Button
              variant="outlined"
              color="inherit"
              onClick={reset}
              aria-label="Reset to defaults"
              sx={{ minWidth: 52, borderColor: "divider" }}
            >
              <RotateCcw size={18} aria-hidden />
            </Button>
          </Tooltip>
        </Box>
      }
    >
      <Availability backends={version.backends} />
      <FormFields form={form} schema={schema} values={values} onChange={change} errors={errors} />
      <SliderField
        label="Runs"
        value={batchSize}
        min={1}
        max={MAX_BATCH}
        step={1}
        onChange={setBatchSize}
        error={errors("batch_size")}
      />
      <FormError error={error} fields={shown} />
    </FormColumn>
  );
}
