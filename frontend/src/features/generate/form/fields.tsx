/** The fields of the form. Each is drawn again only when its own settings change. */
import { useQuery } from "@tanstack/react-query";
import { memo, type RefObject } from "react";
import type { FieldErrors } from "@/api/field-errors";
import {
  CheckpointSelect,
  checkpointsQuery,
  familyOf,
  LoraPicker,
  samplingOptionsQuery,
} from "@/features/models";
import { PromptTools } from "@/features/prompt-tools";
import { SliderField } from "@/ui/slider-field";
import { TextField } from "@/ui/text-field";
import { LazyImagesPanel } from "../inputs/lazy-images-panel";
import { applyModelDefaults, withTriggerWord } from "../model-defaults";
import { LIMITS, lengthErrorOf, settingsOfSubmit, submitOf } from "../settings";
import { type SettingsStore, useSettingsOf } from "../settings-store";
import { SizeField } from "./size-field";

export interface FieldProps {
  readonly store: SettingsStore;
  readonly errors: FieldErrors;
}

const PROMPT_SETTINGS = ["prompt", "isDynamic", "styles"] as const;
const NEGATIVE_SETTINGS = ["negativePrompt", "isDynamic", "styles"] as const;
const MODEL_SETTINGS = ["checkpoint", "images"] as const;

// No `maxLength`: browsers would cut what is pasted, without a word.
const promptProps = {
  htmlInput: { dir: "auto" },
  inputLabel: { shrink: true },
} as const;

interface PromptFieldProps extends FieldProps {
  readonly input: RefObject<HTMLTextAreaElement | null>;
}

export const PromptField = memo(function PromptField({ store, errors, input }: PromptFieldProps) {
  const { prompt } = useSettingsOf(store, PROMPT_SETTINGS);
  const error = lengthErrorOf(prompt) ?? errors("prompt");
  return (
    <TextField
      label="Prompt"
      placeholder="A lighthouse at dusk, long exposure, soft rain"
      value={prompt}
      onChange={(event) => store.change({ prompt: event.target.value })}
      multiline
      minRows={4}
      maxRows={14}
      required
      error={error !== undefined}
      helperText={error}
      inputRef={input}
      slotProps={promptProps}
    />
  );
});

export const PromptToolsField = memo(function PromptToolsField({ store, input }: PromptFieldProps) {
  const { isDynamic, styles, checkpoint } = useSettingsOf(store, ["isDynamic", "styles", "checkpoint"]);
  const ofServer = useQuery(samplingOptionsQuery).data?.default_checkpoint ?? null;
  const model = useModel(checkpoint ?? ofServer);
  return (
    <PromptTools
      get={store.get}
      subscribe={store.subscribe}
      onChange={store.change}
      isDynamic={isDynamic}
      styles={styles}
      architecture={model?.architecture}
      input={input}
      requestOf={() => submitOf(store.get())}
      onPreset={(request) => {
        const before = store.get();
        const { prompt, negativePrompt, styles: kept, batchSize, isDynamic: drawn } = before;
        const base = submitOf({ ...before, styles: [] });
        const params = { allow_mismatch: before.allowMismatch, ...base.params, ...request.params };
        store.change({
          ...settingsOfSubmit({ ...base, ...request, params }),
          ...{ prompt, negativePrompt, styles: kept, batchSize, isDynamic: drawn, images: before.images },
        });
        return () => {
          const { prompt: now, negativePrompt: negative, styles: applied } = store.get();
          store.change({ ...before, prompt: now, negativePrompt: negative, styles: applied });
        };
      }}
    />
  );
});

export const NegativePromptField = memo(function NegativePromptField({ store, errors }: FieldProps) {
  const { negativePrompt } = useSettingsOf(store, NEGATIVE_SETTINGS);
  const error = lengthErrorOf(negativePrompt) ?? errors("negative_prompt");
  return (
    <TextField
      label="Negative prompt"
      placeholder="What to leave out"
      value={negativePrompt}
      onChange={(event) => store.change({ negativePrompt: event.target.value })}
      multiline
      minRows={1}
      maxRows={8}
      error={error !== undefined}
      helperText={error}
      slotProps={promptProps}
    />
  );
});

export const ModelField = memo(function ModelField({ store, errors }: FieldProps) {
  const { checkpoint } = useSettingsOf(store, MODEL_SETTINGS);
  const model = useModel(checkpoint);
  return (
    <CheckpointSelect
      value={checkpoint}
      onChange={(name, after) =>
        store.change((settings) => ({ ...applyModelDefaults(settings, model, after), checkpoint: name }))
      }
      error={errors("checkpoint_model")}
      hasCards
    />
  );
});

const useModel = (checkpoint: string | null) =>
  useQuery(checkpointsQuery).data?.find(({ name }) => name === checkpoint);

export const LorasField = memo(function LorasField({ store, errors }: FieldProps) {
  const { loras, checkpoint, allowMismatch } = useSettingsOf(store, ["loras", "checkpoint", "allowMismatch"]);
  return (
    <LoraPicker
      value={loras}
      onChange={(next) => store.change({ loras: next })}
      checkpoint={checkpoint}
      allowMismatch={allowMismatch}
      onAllowMismatch={(isAllowed) => store.change({ allowMismatch: isAllowed })}
      onTriggerWord={(word) => store.change(({ prompt }) => ({ prompt: withTriggerWord(prompt, word) }))}
      errorAt={(index) => errors(`lora_models.${index}`)}
    />
  );
});

/** Width and height. */
export const FormatField = memo(function FormatField({ store, errors }: FieldProps) {
  const { width, height, checkpoint } = useSettingsOf(store, ["width", "height", "checkpoint", "images"]);
  const model = useModel(checkpoint);
  return (
    <SizeField
      width={width}
      height={height}
      family={familyOf(checkpoint ?? "", model?.architecture)}
      onChange={store.change}
      errors={errors}
    />
  );
});

const IMAGE_SETTINGS = ["images", "width", "height", "denoise", "checkpoint"] as const;

/** What the job does with images. */
export const ImagesField = memo(function ImagesField({ store, errors }: FieldProps) {
  const settings = useSettingsOf(store, IMAGE_SETTINGS);
  return <LazyImagesPanel settings={settings} onChange={store.change} errors={errors} />;
});

export const BatchField = memo(function BatchField({ store, errors }: FieldProps) {
  const { batchSize } = useSettingsOf(store, ["batchSize"]);
  return (
    <SliderField
      label="Images per run"
      value={batchSize}
      {...LIMITS.batch}
      onChange={(size) => store.change({ batchSize: size })}
      error={errors("batch_size")}
    />
  );
});
