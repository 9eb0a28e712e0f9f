import type { FieldErrors } from "@/api/field-errors";
import type { Workflow } from "@/api/types";
import { TextField } from "@/ui/text-field";

export type WorkflowDetails = Pick<Workflow, "title" | "description" | "visibility">;

interface DetailsFieldsProps {
  readonly details: WorkflowDetails;
  readonly onChange: (details: WorkflowDetails) => void;
  readonly errors: FieldErrors;
}

/** Title, description and visibility of a workflow. */
export function DetailsFields({ details, onChange, errors }: DetailsFieldsProps) {
  return (
    <>
      <TextField
        label="Title"
        required
        value={details.title}
        onChange={(event) => onChange({ ...details, title: event.target.value })}
        error={errors("title") !== undefined}
        helperText={errors("title")}
        slotProps={{ htmlInput: { maxLength: 200 } }}
      />
      <TextField
        label="Description"
        value={details.description}
        multiline
        minRows={2}
        maxRows={8}
        placeholder="What it makes, and what to enter"
        onChange={(event) => onChange({ ...details, description: event.target.value })}
        error={errors("description") !== undefined}
        helperText={errors("description")}
        slotProps={{ inputLabel: { shrink: true }, htmlInput: { maxLength: 10_000 } }}
      />
      <TextField
        label="Who can run it"
        value={details.visibility}
        onChange={(event) =>
          onChange({ ...details, visibility: event.target.value as WorkflowDetails["visibility"] })
        }
        options={
          <>
            <option value="private">Only me</option>
            <option value="shared">All users</option>
          </>
        }
      />
    </>
  );
}
