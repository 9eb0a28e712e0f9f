import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import { type FormEvent, useId, useState } from "react";
import { fieldErrorsOf } from "@/api/field-errors";
import type { Preset } from "@/api/types";
import { FormError } from "@/ui/form-error";
import { Dialog } from "@/ui/overlays";
import { TextField } from "@/ui/text-field";
import { SettingsEditor } from "./lazy-settings-editor";
import { type Kind, useChangePreset, useCreatePreset } from "./queries";
import { FIELDS, LORAS, patchOf } from "./settings-values";
import { MAX_NAME } from "./use-preset-actions";

interface EditPresetDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly kind: Kind;
  /** The preset to change; without it a new one is created. */
  readonly preset?: Preset;
  /** What a new preset keeps. */
  readonly settings?: Preset["settings"];
  /** Return the settings of the form that is shown, from which values are added. */
  readonly settingsOf?: (() => Preset["settings"]) | undefined;
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

/** Fields that show their errors themselves. */
const SHOWN = [
  ...["name", "description", "prompt", "negative_prompt"],
  ...[...Object.keys(FIELDS), LORAS].flatMap((path) => [`settings.${path}`, `settings_patch.${path}`]),
];

function EditForm({ onClose, kind, preset, settings: given = {}, settingsOf, titleId }: EditFormProps) {
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
    };
    const prompts = isStyle ? { prompt: text("prompt"), negative_prompt: text("negative_prompt") } : {};
    if (fields.name === "") return;
    if (preset === undefined)
      create.mutate({ kind, ...fields, ...prompts, settings }, { onSuccess: onClose });
    else {
      // Only what was changed here: another window may have changed other values.
      const changed = patchOf(preset.settings, settings);
      const values = Object.keys(changed).length === 0 ? {} : { settings_patch: changed };
      change.mutate({ id: preset.id, patch: { ...fields, ...prompts, ...values } }, { onSuccess: onClose });
    }
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
      <DialogContent sx={{ display: "grid", gap: 2, gridTemplateColumns: "minmax(0, 1fr)" }}>
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
          <SettingsEditor
            settings={settings}
            onChange={setSettings}
            form={settingsOf?.() ?? null}
            errors={(path) => errors(`settings_patch.${path}`) ?? errors(`settings.${path}`)}
          />
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
