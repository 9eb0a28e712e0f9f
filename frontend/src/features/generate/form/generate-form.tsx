import Box from "@mui/material/Box";
import { type FormEvent, memo, type RefObject, useMemo } from "react";
import { fieldErrorsOf } from "@/api/field-errors";
import { FormError } from "@/ui/form-error";
import { LazyEmbeddingsField } from "../embeddings/lazy-embeddings-field";
import type { SettingsStore } from "../settings-store";
import {
  BatchField,
  FormatField,
  ImagesField,
  LorasField,
  ModelField,
  NegativePromptField,
  PromptField,
} from "./fields";
import { FormButtons } from "./form-buttons";
import { LazySamplerFields } from "./lazy-sampler-fields";

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
  "source",
  "references",
  "control",
  "hires",
  "vae",
  "clip_skip",
  "refiner",
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

interface GenerateFormProps {
  readonly store: SettingsStore;
  readonly onReset: () => void;
  readonly onSubmit: () => void;
  readonly isSubmitting: boolean;
  readonly error: unknown;
  readonly promptInput: RefObject<HTMLTextAreaElement | null>;
}

/**
 * All parameters of a submission; only the prompt is required.
 *
 * Not drawn again while the user types: each field reads its own settings.
 */
export const GenerateForm = memo(function GenerateForm(props: GenerateFormProps) {
  const { store, onReset, onSubmit, isSubmitting, error, promptInput } = props;
  const errors = useMemo(() => fieldErrorsOf(error), [error]);
  const field = { store, errors };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Box component="form" onSubmit={submit} noValidate sx={form} aria-label="New image">
      <Box sx={fields}>
        <PromptField {...field} input={promptInput} />
        <NegativePromptField {...field} />
        <ModelField {...field} />
        <LorasField {...field} />
        <LazyEmbeddingsField {...field} />
        <FormatField {...field} />
        <ImagesField {...field} />
        <BatchField {...field} />
        <LazySamplerFields {...field} />
        <FormError error={error} fields={SHOWN_FIELDS} />
      </Box>
      <FormButtons store={store} onReset={onReset} isSubmitting={isSubmitting} />
    </Box>
  );
});
