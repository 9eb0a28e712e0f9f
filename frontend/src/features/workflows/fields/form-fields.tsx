import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { memo } from "react";
import type { FieldErrors } from "@/api/field-errors";
import type { WorkflowField } from "@/api/types";
import { parseReference } from "@/features/inputs";
import { FieldInput } from "./field-input";
import { type FormValues, groupsOf, optionsOf, shownFields } from "./values";

interface FormFieldsProps {
  readonly form: readonly WorkflowField[];
  /** The JSON Schema of the inputs, which has the options of the servers; undefined while it loads. */
  readonly schema: unknown;
  readonly values: FormValues;
  readonly onChange: (key: string, value: unknown) => void;
  readonly errors: FieldErrors;
}

const column = { display: "grid", gap: 2.25, gridTemplateColumns: "minmax(0, 1fr)" } as const;

/** The fields of a workflow in their groups; advanced ones are folded. */
export const FormFields = memo(function FormFields({ form, ...shared }: FormFieldsProps) {
  const fields = shownFields(form);
  const advanced = fields.filter((field) => field.is_advanced);
  const hasError = advanced.some(({ key }) => shared.errors(`inputs.${key}`) !== undefined);
  return (
    <Box sx={column}>
      <Groups fields={fields.filter((field) => !field.is_advanced)} form={form} {...shared} />
      {advanced.length === 0 ? null : (
        <Box
          component="details"
          {...(hasError ? { open: true } : {})}
          sx={{ border: 1, borderColor: "divider", borderRadius: "10px", px: 2 }}
        >
          <Box component="summary" sx={{ py: 1.5, cursor: "pointer", fontWeight: 500 }}>
            Advanced ({advanced.length})
          </Box>
          <Box sx={{ ...column, pb: 2, pt: 0.5 }}>
            <Groups fields={advanced} form={form} {...shared} />
          </Box>
        </Box>
      )}
    </Box>
  );
});

interface GroupsProps extends FormFieldsProps {
  readonly fields: readonly WorkflowField[];
}

function Groups({ fields, form, schema, values, onChange, errors }: GroupsProps) {
  const image = baseImageOf(form, values);
  return groupsOf(fields).map(({ name, fields: members }) => (
    <Box key={name} role={name === "" ? undefined : "group"} aria-label={name || undefined} sx={column}>
      {name === "" ? null : (
        <Typography variant="overline" component="h3" sx={{ color: "text.secondary", lineHeight: 1.5 }}>
          {name}
        </Typography>
      )}
      {members.map((field) => (
        <FieldInput
          key={field.key}
          field={field}
          value={values[field.key]}
          options={optionsOf(schema, field)}
          image={field.type === "mask" ? image : null}
          onChange={onChange}
          error={errors(`inputs.${field.key}`)}
        />
      ))}
    </Box>
  ));
}

/** Return the image that a mask is drawn on: the first image of the form. */
function baseImageOf(form: readonly WorkflowField[], values: FormValues) {
  const field = form.find(({ type }) => type === "image");
  return field === undefined ? null : parseReference(values[field.key]);
}
