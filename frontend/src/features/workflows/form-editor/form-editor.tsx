import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useCallback, useState } from "react";
import { type FieldErrors, fieldErrorsOf } from "@/api/field-errors";
import type { WorkflowField } from "@/api/types";
import { visuallyHidden } from "@/ui/visually-hidden";
import { AddField } from "./add-field";
import { addableFields, addField, changeField, type DraftField, moveField, removeField } from "./draft";
import { FieldRow } from "./field-row";
import { FormPreview } from "./form-preview";
import { useRowDrag } from "./use-row-drag";

interface FormEditorProps {
  readonly form: readonly DraftField[];
  readonly onChange: (form: readonly DraftField[]) => void;
  /** Every field that the graph could have. */
  readonly known: readonly WorkflowField[];
  /** Titles of the nodes by their ids. */
  readonly titles: Readonly<Record<string, string>>;
  /** The failure of the last attempt to save. */
  readonly error: unknown;
}

/** Arranges the fields of a form, beside a preview of it. */
export function FormEditor({ form, onChange, known, titles, error }: FormEditorProps) {
  const [openKey, setOpenKey] = useState<string | null>(null);
  const [announced, setAnnounced] = useState("");
  const errors = fieldErrorsOf(error);
  const move = useCallback(
    (from: number, to: number) => {
      const moved = moveField(form, from, to);
      if (moved === form) return;
      onChange(moved);
      setAnnounced(`${form[from]?.label} moved to position ${to + 1} of ${form.length}`);
    },
    [form, onChange],
  );
  const drag = useRowDrag(move);
  return (
    <Box
      sx={{
        display: "grid",
        gap: { xs: 3, lg: 4 },
        alignItems: "start",
        gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 1fr) minmax(320px, 420px)" },
      }}
    >
      <Box sx={{ display: "grid", gap: 1.5, gridTemplateColumns: "minmax(0, 1fr)" }}>
        <Box
          component="ul"
          aria-label="Fields"
          ref={drag.list}
          sx={{
            m: 0,
            p: 0,
            listStyle: "none",
            display: "grid",
            gap: 1,
            gridTemplateColumns: "minmax(0, 1fr)",
          }}
        >
          {form.map((field, index) => (
            <FieldRow
              key={field.key}
              field={field}
              place={{ index, count: form.length, node: titles[field.node_id] ?? `Node ${field.node_id}` }}
              errors={errorsAt(errors, index)}
              isOpen={field.key === openKey}
              isDragged={drag.index === index}
              onToggle={() => setOpenKey(field.key === openKey ? null : field.key)}
              onMove={(to) => move(index, to)}
              onGrab={drag.start(index)}
              onChange={(patch) => onChange(changeField(form, field.key, patch))}
              onRemove={() => onChange(removeField(form, field.key))}
            />
          ))}
        </Box>
        <Typography role="status" sx={visuallyHidden}>
          {announced}
        </Typography>
        <AddField
          fields={addableFields(form, known)}
          titles={titles}
          onAdd={(field) => {
            const next = addField(form, field);
            onChange(next);
            setOpenKey(next.at(-1)?.key ?? null);
          }}
        />
      </Box>
      <Box sx={{ position: { lg: "sticky" }, top: { lg: 84 }, minWidth: 0 }}>
        <FormPreview form={form} />
      </Box>
    </Box>
  );
}

const errorsAt =
  (errors: FieldErrors, index: number): FieldErrors =>
  (name) =>
    errors(name === "" ? `form.${index}` : `form.${index}.${name}`);

/** Return the titles of the nodes of a graph. */
export function titlesOf(graph: Readonly<Record<string, unknown>> | null): Record<string, string> {
  const titles: Record<string, string> = {};
  for (const [id, node] of Object.entries(graph ?? {})) {
    const { _meta: meta, class_type: name } = node as { _meta?: { title?: string }; class_type?: string };
    titles[id] = meta?.title || name || `Node ${id}`;
  }
  return titles;
}
