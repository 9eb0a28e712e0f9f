import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import type { Preferences } from "@/api/types";
import { CheckpointSelect } from "@/features/models";
import { useChangePreferences, useMe } from "@/features/session";
import { Panel } from "@/ui/panel";
import { SliderField } from "@/ui/slider-field";
import { useToast } from "@/ui/toast";

type Defaults = NonNullable<Preferences["default_parameters"]>;

/** Built-in defaults and limits, from the API's schema of a submission. */
const FIELDS = [
  { key: "width", label: "Width (px)", fallback: 512, min: 64, max: 2048, step: 8 },
  { key: "height", label: "Height (px)", fallback: 512, min: 64, max: 2048, step: 8 },
  { key: "steps", label: "Steps", fallback: 20, min: 1, max: 150, step: 1 },
  { key: "cfg", label: "Guidance (CFG)", fallback: 7, min: 0, max: 30, step: 0.1 },
  { key: "batch_size", label: "Images per run", fallback: 1, min: 1, max: 16, step: 1 },
] as const;

/** Default generation parameters of the user. */
export function DefaultsSection() {
  const stored = useMe().preferences.default_parameters ?? {};
  const [draft, setDraft] = useState<Defaults>(stored);
  const change = useChangePreferences();
  const toast = useToast();
  const save = (defaults: Defaults) => {
    setDraft(defaults);
    change.mutate(
      { default_parameters: defaults },
      {
        onSuccess: () => toast({ message: "Saved", severity: "success" }),
        onError: (error) => toast({ message: messageOf(error), severity: "error" }),
      },
    );
  };
  return (
    <Panel title="Default parameters" description="Used for new images.">
      <Box sx={{ display: "grid", gap: 2 }}>
        <CheckpointSelect
          value={draft.checkpoint_model ?? null}
          onChange={(name) => setDraft({ ...draft, checkpoint_model: name })}
        />
        <Box sx={{ display: "grid", columnGap: 4, rowGap: 1, gridTemplateColumns: { sm: "1fr 1fr" } }}>
          {FIELDS.map(({ key, label, fallback, ...limits }) => (
            <SliderField
              key={key}
              label={label}
              {...limits}
              value={draft[key] ?? fallback}
              onChange={(value) => setDraft({ ...draft, [key]: value })}
            />
          ))}
        </Box>
        <Box sx={{ display: "flex", gap: 1 }}>
          <Button variant="outlined" loading={change.isPending} onClick={() => save(draft)}>
            Save
          </Button>
          <Button color="inherit" onClick={() => save({})}>
            Clear
          </Button>
        </Box>
      </Box>
    </Panel>
  );
}
