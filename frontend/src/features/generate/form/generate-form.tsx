import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import type { Theme } from "@mui/material/styles";
import { useQuery } from "@tanstack/react-query";
import { RotateCcw, Sparkles } from "lucide-react";
import type { FormEvent, RefObject } from "react";
import { fieldErrorsOf } from "@/api/field-errors";
import { CheckpointSelect, checkpointsQuery, familyOf, LoraPicker } from "@/features/models";
import { FormError } from "@/ui/form-error";
import { Keys } from "@/ui/kbd";
import { SliderField } from "@/ui/slider-field";
import { TextField } from "@/ui/text-field";
import { Tooltip } from "@/ui/tooltip";
import { applyModelDefaults, withTriggerWord } from "../model-defaults";
import { type GenerateSettings, LIMITS } from "../settings";
import { LockedSeed } from "./locked-seed";
import { SamplerFields } from "./sampler-fields";
import { SizeField } from "./size-field";

/** Fields that show their errors themselves. */
const SHOWN_FIELDS = [
  "prompt",
  "negative_prompt",
  "checkpoint_model",
  "lora_models",
  "width",
  "height",
  "batch_size",
  "params.seed",
  "params.steps",
  "params.cfg",
  "params.sampler_name",
  "params.scheduler",
  "params.denoise",
];

const form = {
  display: { xs: "grid", md: "flex" },
  flexDirection: "column",
  gap: { xs: 2.25, md: 0 },
  height: "100%",
} as const;

/** The fields scroll above the buttons, never below them; the padding leaves room for focus outlines. */
const fields = {
  display: "grid",
  gap: 2.25,
  alignContent: "start",
  gridTemplateColumns: "minmax(0, 1fr)",
  minHeight: 0,
  overflowY: { md: "auto" },
  scrollbarWidth: "thin",
  scrollbarGutter: { md: "stable" },
  mx: { md: -1.5 },
  px: { md: 1.5 },
  pt: { md: 1 },
  pb: { md: 2 },
} as const;

/** On a phone the buttons stick above the bottom bar, and the margins of the fields keep clear of them. */
const buttons = {
  display: "flex",
  flexWrap: "wrap",
  gap: 1,
  position: { xs: "sticky", md: "static" },
  bottom: 64,
  // Slider thumbs reach beyond the form; the bar must cover them as well.
  mx: -1.5,
  px: 1.5,
  // As wide as the fields, beside which there is room for a scroll bar.
  overflowY: { md: "hidden" },
  scrollbarWidth: "thin",
  scrollbarGutter: { md: "stable" },
  py: 1.5,
  zIndex: 2,
  borderTop: { md: 1 },
  borderColor: { md: "divider" },
  background: (theme: Theme) => `linear-gradient(transparent, ${theme.vars?.palette.background.default} 22%)`,
} as const;

interface GenerateFormProps {
  readonly settings: GenerateSettings;
  readonly onChange: (patch: Partial<GenerateSettings>) => void;
  readonly onReset: () => void;
  readonly onSubmit: () => void;
  readonly isSubmitting: boolean;
  readonly error: unknown;
  readonly promptInput: RefObject<HTMLTextAreaElement | null>;
}

/** All parameters of a submission; only the prompt is required. */
export function GenerateForm(props: GenerateFormProps) {
  const { settings, onChange, onReset, onSubmit, isSubmitting, error, promptInput } = props;
  const errors = fieldErrorsOf(error);
  const model = useQuery(checkpointsQuery).data?.find(({ name }) => name === settings.checkpoint);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Box component="form" onSubmit={submit} noValidate sx={form} aria-label="New image">
      <Box sx={fields}>
        <TextField
          label="Prompt"
          placeholder="A lighthouse at dusk, long exposure, soft rain"
          value={settings.prompt}
          onChange={(event) => onChange({ prompt: event.target.value })}
          multiline
          minRows={4}
          maxRows={14}
          required
          error={errors("prompt") !== undefined}
          helperText={errors("prompt")}
          inputRef={promptInput}
          slotProps={{
            htmlInput: { maxLength: LIMITS.promptLength, dir: "auto" },
            inputLabel: { shrink: true },
          }}
        />
        <TextField
          label="Negative prompt"
          placeholder="What to leave out"
          value={settings.negativePrompt}
          onChange={(event) => onChange({ negativePrompt: event.target.value })}
          multiline
          minRows={1}
          maxRows={8}
          error={errors("negative_prompt") !== undefined}
          helperText={errors("negative_prompt")}
          slotProps={{
            htmlInput: { maxLength: LIMITS.promptLength, dir: "auto" },
            inputLabel: { shrink: true },
          }}
        />
        <CheckpointSelect
          value={settings.checkpoint}
          onChange={(checkpoint, after) =>
            onChange({ ...applyModelDefaults(settings, model, after), checkpoint })
          }
          error={errors("checkpoint_model")}
        />
        <LoraPicker
          value={settings.loras}
          onChange={(loras) => onChange({ loras })}
          checkpoint={settings.checkpoint}
          allowMismatch={settings.allowMismatch}
          onAllowMismatch={(allowMismatch) => onChange({ allowMismatch })}
          onTriggerWord={(word) => onChange({ prompt: withTriggerWord(settings.prompt, word) })}
          errorAt={(index) => errors(`lora_models.${index}`)}
        />
        <SizeField
          width={settings.width}
          height={settings.height}
          family={familyOf(settings.checkpoint ?? "", model?.architecture)}
          onChange={onChange}
          errors={errors}
        />
        <SliderField
          label="Images per run"
          value={settings.batchSize}
          {...LIMITS.batch}
          onChange={(batchSize) => onChange({ batchSize })}
          error={errors("batch_size")}
        />
        <SamplerFields settings={settings} onChange={onChange} errors={errors} />
        <FormError error={error} fields={SHOWN_FIELDS} />
      </Box>
      <Box sx={buttons}>
        {settings.isSeedLocked ? (
          <LockedSeed seed={settings.seed} onUnlock={() => onChange({ isSeedLocked: false })} />
        ) : null}
        <Button
          type="submit"
          variant="contained"
          size="large"
          sx={{ flex: 1 }}
          loading={isSubmitting}
          disabled={settings.prompt.trim() === ""}
          startIcon={<Sparkles size={18} aria-hidden />}
        >
          {settings.batchSize === 1 ? "Generate" : `Generate ${settings.batchSize}`}
          <Box
            component="span"
            sx={{
              ml: 1.5,
              display: { xs: "none", lg: "inline-flex" },
              "& kbd": { color: "inherit", borderColor: "currentColor", opacity: 0.9 },
            }}
          >
            <Keys keys="mod+enter" />
          </Box>
        </Button>
        <Tooltip title="Reset to defaults">
          <Button
            variant="outlined"
            color="inherit"
            onClick={onReset}
            aria-label="Reset to defaults"
            sx={{ minWidth: 52, borderColor: "divider" }}
          >
            <RotateCcw size={18} aria-hidden />
          </Button>
        </Tooltip>
      </Box>
    </Box>
  );
}
