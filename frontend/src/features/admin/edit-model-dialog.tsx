import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import type { FormEvent } from "react";
import { fieldErrorsOf } from "@/api/field-errors";
import type { Model } from "@/api/types";
import { FormError } from "@/ui/form-error";
import { Dialog } from "@/ui/overlays";
import { ArchitectureField, chosenArchitecture } from "./architecture-field";
import { Evidence } from "./evidence";
import { useChangeModel, useResetModel } from "./model-queries";

interface EditModelDialogProps {
  readonly model: Model;
  readonly onClose: () => void;
}

/** Corrects a model; emptying a field restores the detected value. */
export function EditModelDialog({ model, onClose }: EditModelDialogProps) {
  const change = useChangeModel();
  const reset = useResetModel();
  const errors = fieldErrorsOf(change.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name)).trim();
    const words = text("trigger_words")
      .split(",")
      .map((word) => word.trim())
      .filter((word) => word !== "");
    const architecture = chosenArchitecture(form);
    change.mutate(
      {
        id: model.id,
        // Send only changed fields: the others keep following what is detected.
        patch: {
          ...(text("display_name") !== model.display_name && { display_name: text("display_name") || null }),
          ...(architecture !== model.architecture && { architecture }),
          ...(words.join() !== model.trigger_words.join() && {
            trigger_words: words.length === 0 ? null : words,
          }),
          ...(text("notes") !== model.notes && { notes: text("notes") || null }),
        },
      },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby="edit-model-title" maxWidth="sm" fullWidth>
      <DialogTitle id="edit-model-title">{model.name}</DialogTitle>
      <Box component="form" onSubmit={submit}>
        <DialogContent sx={{ display: "grid", gap: 2, pt: "8px !important" }}>
          <TextField
            name="display_name"
            label="Display name"
            size="small"
            defaultValue={model.display_name}
            error={errors("display_name") !== undefined}
            helperText={errors("display_name")}
          />
          <TextField
            name="trigger_words"
            label="Trigger words, separated by commas"
            size="small"
            defaultValue={model.trigger_words.join(", ")}
            error={errors("trigger_words") !== undefined}
            helperText={errors("trigger_words")}
          />
          <TextField
            name="notes"
            label="Notes"
            size="small"
            multiline
            minRows={3}
            defaultValue={model.notes}
            error={errors("notes") !== undefined}
            helperText={errors("notes")}
          />
          <ArchitectureField
            defaultValue={model.architecture}
            emptyLabel="As detected"
            error={errors("architecture")}
          />
          <Box component="section" aria-label="Evidence">
            <Typography variant="body2" sx={{ fontWeight: 600, mb: 0.5 }}>
              Evidence
            </Typography>
            <Typography variant="body2" component="div" sx={{ color: "text.secondary" }}>
              <Evidence model={model} />
            </Typography>
          </Box>
          <FormError
            error={change.error ?? reset.error}
            fields={["display_name", "trigger_words", "notes", "architecture"]}
          />
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2.5, flexWrap: "wrap", rowGap: 1 }}>
          {model.is_corrected ? (
            <Button
              color="inherit"
              loading={reset.isPending}
              onClick={() => reset.mutate(model.id, { onSuccess: onClose })}
              sx={{ mr: "auto" }}
            >
              Reset to detected values
            </Button>
          ) : null}
          <Button color="inherit" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="contained" loading={change.isPending}>
            Save
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}
