import { memo, type RefObject, useMemo } from "react";
import { fieldErrorsOf } from "@/api/field-errors";
import { FormColumn } from "@/ui/form-and-results";
import { FormError } from "@/ui/form-error";
import { LazyEmbeddingsField } from "../embeddings/lazy-embeddings-field";
import type { GenerateSettings } from "../settings";
import type { SettingsStore } from "../settings-store";
import { hasChanged } from "./field-settings";
import {
  BatchField,
  FormatField,
  ImagesField,
  LorasField,
  ModelField,
  NegativePromptField,
  PromptField,
  PromptToolsField,
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

interface GenerateFormProps {
  readonly store: SettingsStore;
  readonly onReset: () => void;
  readonly onSubmit: () => void;
  readonly isSubmitting: boolean;
  /** What was submitted last. */
  readonly sent: GenerateSettings | null;
  /** Why it was rejected. */
  readonly error: unknown;
  readonly promptInput: RefObject<HTMLTextAreaElement | null>;
}

/**
 * All parameters of a submission; only the prompt is required.
 *
 * Not drawn again while the user types: each field reads its own settings.
 */
export const GenerateForm = memo(function GenerateForm(props: GenerateFormProps) {
  const { store, onReset, onSubmit, isSubmitting, sent, error, promptInput } = props;
  const errors = useMemo(
    // A message stays until its field is changed: after that it may no longer be true.
    () => fieldErrorsOf(error, (path) => sent !== null && hasChanged(path, sent, store.get())),
    [error, sent, store],
  );
  const field = { store, errors };
  return (
    <FormColumn
      label="New image"
      onSubmit={onSubmit}
      buttons={<FormButtons store={store} onReset={onReset} isSubmitting={isSubmitting} />}
    >
      <PromptField {...field} input={promptInput} />
      <PromptToolsField {...field} input={promptInput} />
      <NegativePromptField {...field} />
      <ModelField {...field} />
      <LorasField {...field} />
      <LazyEmbeddingsField {...field} />
      <FormatField {...field} />
      <ImagesField {...field} />
      <BatchField {...field} />
      <LazySamplerFields {...field} />
      <FormError error={error} fields={SHOWN_FIELDS} />
    </FormColumn>
  );
});
