import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import Typography from "@mui/material/Typography";
import { type FormEvent, useId, useState } from "react";
import { fieldErrorsOf } from "@/api/field-errors";
import type { Preset } from "@/api/types";
import { FormError } from "@/ui/form-error";
import { Dialog } from "@/ui/overlays";
import { TextField } from "@/ui/text-field";
import { type Kind, useChangePreset, useCreatePreset } from "./queries";
import { partsOf, withoutPart } from "./settings-parts";
import { MAX_NAME } from "./use-preset-actions";

interface EditPresetDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly kind: Kind;
  /** The preset to change; without it a new one is created. */
  readonly preset?: Preset;
  /** What a new preset keeps. */
  readonly settings?: Preset["settings"];
}

/** Creates or changes a preset or style. */
export function EditPresetDialog(props: EditPresetDialogProps) {
  const titleId = useId();
  const { open, onClose } = props;
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby={titleId} maxWidth="sm" fullWidth>
      <EditForm {...props} titleId={titleId} />
    </Dialog>
  );
}

type EditFormProps = EditPresetDialogProps & { readonly titleId: string };

const SHOWN = ["name", "description", "prompt", "negative_prompt"];

function EditForm({ onClose, kind, preset, settings: given = {}, titleId }: EditFormProps) {
  const create = useCreatePreset();
  const change = useChangePreset();
  const error = create.error ?? change.error;
  const errors = fieldErrorsOf(error);
  const isStyle = kind === "style";
  const [settings, setSettings] = useState(preset?.settings ?? given);
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    const fields = {
      name: text("name").trim(),
      description: text("description").trim(),
      is_shared: form.has("shared"),
      ...(isStyle ? { prompt: text("prompt"), negative_prompt: text("negative_prompt") } : { settings }),
    };
    if (fields.name === "") return;
    if (preset === undefined) create.mutate({ kind, ...fields }, { onSuccess: onClose });
    else change.mutate({ id: preset.id, patch: fields }, { onSuccess: onClose });
  };
  const field = (name: string, value: string | undefined) => ({
    name,
    defaultValue: value ?? "",
    error: errors(name) !== undefined,
    fullWidth: true,
  });
  return (
    <form onSubmit={save}>
      <DialogTitle id={titleId}>{`${preset === undefined ? "New" : "Edit"} ${kind}`}</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 2 }}>
        <TextField
          {...field("name", preset?.name)}
          label="Name"
          required
          autoFocus
          helperText={errors("name")}
          slotProps={{ htmlInput: { maxLength: MAX_NAME } }}
          sx={{ mt: 1 }}
        />
        {isStyle ? (
          <>
            <TextField
              {...field("prompt", preset?.prompt ?? "{prompt}, ")}
              label="Style prompt"
              multiline
              minRows={2}
              maxRows={8}
              helperText={
                errors("prompt") ??
                "{prompt} stands for what you write. Without it, the text is added at the end."
              }
            />
            <TextField
              {...field("negative_prompt", preset?.negative_prompt)}
              label="Style negative prompt"
              multiline
              maxRows={8}
              helperText={errors("negative_prompt")}
            />
          </>
        ) : (
          <KeptSettings settings={settings} onChange={setSettings} />
        )}
        <TextField
          {...field("description", preset?.description)}
          label="Description"
          multiline
          maxRows={6}
          helperText={errors("description")}
          slotProps={{ htmlInput: { maxLength: 1_000 } }}
        />
        <FormControlLabel
          control={<Switch name="shared" defaultChecked={preset?.is_shared ?? false} />}
          label="Share with all users"
        />
        <FormError error={error} fields={SHOWN} />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose} color="inherit">
          Cancel
        </Button>
        <Button type="submit" variant="contained" loading={create.isPending || change.isPending}>
          Save
        </Button>
      </DialogActions>
    </form>
  );
}

interface KeptSettingsProps {
  readonly settings: Preset["settings"];
  readonly onChange: (settings: Preset["settings"]) => void;
}

/** What the preset keeps; each part can be left out. */
function KeptSettings({ settings, onChange }: KeptSettingsProps) {
  const parts = partsOf(settings);
  return (
    <Box role="group" aria-label="Settings">
      <Typography variant="body2" sx={{ color: "text.secondary", mb: 1 }}>
        {parts.length === 0
          ? "It keeps no settings."
          : "It sets these. Remove what it should leave as it is in the form."}
      </Typography>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 0.75 }}>
        {parts.map(({ path, label }) => (
          <Chip
            key={path}
            label={label}
            title={label}
            onDelete={() => onChange(withoutPart(settings, path))}
            sx={{ maxWidth: "100%" }}
          />
        ))}
      </Box>
    </Box>
  );
}
