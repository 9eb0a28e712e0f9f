import Box from "@mui/material/Box";
import Card from "@mui/material/Card";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import Typography from "@mui/material/Typography";
import { Upload } from "lucide-react";
import { TextField } from "@/ui/text-field";
import { type DraftField, type FieldGroup, isFile, shownForm } from "./draft";
import { TYPE_NAMES } from "./field-types";

/** The form as it will look; its fields cannot be changed. */
export function FormPreview({ form }: { readonly form: readonly DraftField[] }) {
  const { basic, advanced } = shownForm(form);
  return (
    <Card component="section" aria-label="Preview" sx={{ p: 2.5, bgcolor: "background.default" }}>
      <Typography variant="overline" component="h3" sx={{ color: "text.secondary" }}>
        Preview
      </Typography>
      <Box
        component="fieldset"
        disabled
        sx={{
          border: 0,
          m: 0,
          p: 0,
          minWidth: 0,
          display: "grid",
          gap: 2.25,
          mt: 1,
          gridTemplateColumns: "minmax(0, 1fr)",
        }}
      >
        {basic.length === 0 ? (
          <Typography variant="body2" sx={{ color: "text.secondary" }}>
            No field is shown.
          </Typography>
        ) : null}
        {basic.map((group) => (
          <Group key={group.name} group={group} />
        ))}
        {advanced.length === 0 ? null : (
          <Box
            component="details"
            sx={{
              "& > summary": {
                cursor: "pointer",
                fontWeight: 600,
                minHeight: 44,
                display: "flex",
                alignItems: "center",
              },
            }}
          >
            <summary>{`Advanced (${advanced.reduce((sum, { fields }) => sum + fields.length, 0)})`}</summary>
            <Box sx={{ display: "grid", gap: 2.25, pt: 1, gridTemplateColumns: "minmax(0, 1fr)" }}>
              {advanced.map((group) => (
                <Group key={group.name} group={group} />
              ))}
            </Box>
          </Box>
        )}
      </Box>
    </Card>
  );
}

function Group({ group }: { readonly group: FieldGroup }) {
  return (
    <>
      {group.name === "" ? null : (
        <Typography variant="body2" sx={{ fontWeight: 650, color: "text.secondary", mb: -1 }}>
          {group.name}
        </Typography>
      )}
      {group.fields.map((field) => (
        <PreviewField key={field.key} field={field} />
      ))}
    </>
  );
}

function PreviewField({ field }: { readonly field: DraftField }) {
  if (isFile(field)) return <FileSlot field={field} />;
  if (field.type === "boolean")
    return (
      <FormControlLabel
        disabled
        label={field.label}
        control={<Switch size="small" checked={field.default === true} />}
      />
    );
  return (
    <TextField
      label={field.label}
      size="small"
      required={field.required}
      disabled
      value={textOf(field)}
      helperText={field.help}
      {...(field.is_multiline ? { multiline: true, minRows: 3, maxRows: 6 } : {})}
      slotProps={{ inputLabel: { shrink: true } }}
    />
  );
}

function textOf({ type, default: value }: DraftField): string {
  if (type === "seed") return "Random";
  return value === null || value === undefined ? "" : String(value);
}

function FileSlot({ field }: { readonly field: DraftField }) {
  return (
    <Box
      sx={{
        display: "flex",
        alignItems: "center",
        gap: 1.25,
        p: 2,
        border: "1px dashed",
        borderColor: "text.disabled",
        borderRadius: "10px",
        color: "text.secondary",
      }}
    >
      <Upload size={18} aria-hidden />
      <Typography variant="body2">{`${field.label} (${TYPE_NAMES[field.type].toLowerCase()})`}</Typography>
    </Box>
  );
}
