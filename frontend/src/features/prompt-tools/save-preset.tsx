import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { fieldErrorsOf } from "@/api/field-errors";
import type { JobSubmit, Preset } from "@/api/types";
import { FormError } from "@/ui/form-error";
import { TextField } from "@/ui/text-field";
import { usePresetChange } from "./queries";

interface SavePresetProps {
  readonly kind: Preset["kind"];
  readonly requestOf: () => JobSubmit;
}

/** Saves the settings of the form as a preset, or a template as a style. */
export function SavePreset({ kind, requestOf }: SavePresetProps) {
  const [isOpen, setIsOpen] = useState(false);
  const change = usePresetChange();
  const errors = fieldErrorsOf(change.error);
  const isStyle = kind === "style";
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = String(form.get("name")).trim();
    const create = {
      kind,
      name,
      description: "",
      prompt: isStyle ? String(form.get("prompt")) : "",
      negative_prompt: isStyle ? String(form.get("negative")) : "",
      settings: isStyle ? {} : settingsOf(requestOf()),
      is_shared: false,
    };
    change.mutate({ create }, { onSuccess: () => setIsOpen(false) });
  };
  if (!isOpen)
    return (
      <Button
        variant="outlined"
        startIcon={<Plus size={16} aria-hidden />}
        onClick={() => setIsOpen(true)}
        sx={{ justifySelf: "start" }}
      >
        {isStyle ? "New style" : "Save as preset"}
      </Button>
    );
  return (
    <Box component="form" onSubmit={submit} sx={{ display: "grid", gap: 1.5 }}>
      <TextField
        name="name"
        label="Name"
        size="small"
        required
        autoFocus
        error={errors("name") !== undefined}
        helperText={errors("name")}
      />
      {isStyle ? (
        <>
          <TextField
            name="prompt"
            label="Style prompt"
            size="small"
            multiline
            defaultValue="{prompt}, "
            helperText="{prompt} stands for what you write"
          />
          <TextField name="negative" label="Style negative prompt" size="small" multiline />
        </>
      ) : null}
      <FormError error={change.error} fields={["name"]} />
      <Box sx={{ display: "flex", gap: 1 }}>
        <Button type="submit" variant="contained" loading={change.isPending}>
          Save
        </Button>
        <Button color="inherit" onClick={() => setIsOpen(false)}>
          Cancel
        </Button>
      </Box>
    </Box>
  );
}

/** Return what a preset keeps of the form: everything but the prompts, the number of images and files. */
function settingsOf(request: JobSubmit): Record<string, unknown> {
  const kept = { ...request } as Record<string, unknown>;
  for (const name of [
    "prompt",
    "negative_prompt",
    "batch_size",
    "source",
    "references",
    "control",
    "dynamic_prompt",
  ])
    delete kept[name];
  return kept;
}
