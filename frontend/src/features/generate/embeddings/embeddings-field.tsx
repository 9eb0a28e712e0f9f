import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import type { Model } from "@/api/types";
import {
  architectureName,
  canBeNamed,
  checkpointsQuery,
  fileOfName,
  MismatchNotice,
  ModelOption,
  modelsOfKindQuery,
  nameOfFile,
} from "@/features/models";
import { Autocomplete } from "@/ui/autocomplete";
import { TextField } from "@/ui/text-field";
import type { FieldProps } from "../form/fields";
import { type SettingsStore, useSettingsOf } from "../settings-store";
import { ChosenEmbedding, type PromptKey } from "./chosen-embedding";
import {
  embeddingsIn,
  type PromptEmbedding,
  withEmbedding,
  withoutEmbedding,
  withWeight,
} from "./prompt-embeddings";

interface Chosen extends PromptEmbedding {
  readonly prompt: PromptKey;
}

const PROMPTS: readonly PromptKey[] = ["prompt", "negativePrompt"];
/** Most embeddings for negative prompts say so in their names. */
const FOR_NEGATIVE = /neg|bad|worst/i;

/** Return what both prompts name; drawn again only when that changes, not with every key. */
function useChosen(store: SettingsStore): Chosen[] {
  const shown = useSyncExternalStore(store.subscribe, () => {
    const settings = store.get();
    return JSON.stringify(
      PROMPTS.flatMap((prompt) => embeddingsIn(settings[prompt]).map((one) => ({ ...one, prompt }))),
    );
  });
  return JSON.parse(shown) as Chosen[];
}

/** Return the model, marked if it was made for another architecture than the checkpoint. */
function marked(model: Model, architecture: string | undefined): Model {
  if ([undefined, "unknown", model.architecture].includes(architecture) || model.architecture === "unknown")
    return model;
  const reason = `Made for ${architectureName(model.architecture)}`;
  return { ...model, compatibility: { fit: "misfit", reason } };
}

/** Add embeddings to the prompts, and set their weights. */
export function EmbeddingsField({ store }: FieldProps) {
  const query = useQuery(modelsOfKindQuery("embedding"));
  const { checkpoint, allowMismatch } = useSettingsOf(store, ["checkpoint", "allowMismatch"]);
  const base = useQuery(checkpointsQuery).data?.find(({ name }) => name === checkpoint);
  const chosen = useChosen(store);
  const models = (query.data ?? [])
    .filter(({ name }) => canBeNamed(name))
    .map((model) => marked(model, base?.architecture))
    .toSorted((left, right) => Number(isMisfit(left)) - Number(isMisfit(right)));
  if (models.length === 0 && chosen.length === 0) return null;

  const files = models.map(({ name }) => name);
  const byFile = new Map(models.map((model) => [model.name, model]));
  const fileOf = ({ name }: PromptEmbedding) => fileOfName(name, files) ?? name;
  const change = (prompt: PromptKey, edit: (text: string) => string) =>
    store.change((settings) => ({ [prompt]: edit(settings[prompt]) }));
  const isChosen = (file: string) => chosen.some((one) => fileOf(one) === file);
  const choose = (names: readonly string[]) => {
    for (const one of chosen.filter((each) => !names.includes(fileOf(each))))
      change(one.prompt, (text) => withoutEmbedding(text, one.name));
    for (const file of names.filter((each) => !isChosen(each))) {
      const name = nameOfFile(file, files);
      change(FOR_NEGATIVE.test(file) ? "negativePrompt" : "prompt", (text) =>
        withEmbedding(text, { name, weight: 1 }),
      );
    }
  };
  const titleOf = (file: string) => byFile.get(file)?.display_name ?? file;
  return (
    <Box sx={{ display: "grid", gap: 1.5 }}>
      <Autocomplete
        multiple
        disableCloseOnSelect
        options={files}
        value={[...new Set(chosen.map(fileOf))]}
        onChange={(_event, names) => choose(names)}
        getOptionLabel={titleOf}
        getOptionDisabled={(file) => isMisfit(byFile.get(file)) && !allowMismatch && !isChosen(file)}
        noOptionsText="No matching embeddings"
        renderValue={() => null}
        renderOption={({ key, ...options }, file) => {
          const model = byFile.get(file);
          return (
            <li key={key} {...options}>
              {model === undefined ? file : <ModelOption model={model} />}
            </li>
          );
        }}
        renderInput={(params) => (
          <TextField
            {...params}
            label="Embeddings"
            placeholder={chosen.length === 0 ? "Add one to a prompt" : "Add another"}
            slotProps={{ ...params.slotProps, inputLabel: { ...params.slotProps?.inputLabel, shrink: true } }}
          />
        )}
      />
      {chosen.map(({ prompt, name, weight }) => (
        <ChosenEmbedding
          key={`${prompt}:${name}`}
          title={titleOf(fileOf({ name, weight }))}
          isKnown={query.isPending || fileOfName(name, files) !== undefined}
          prompt={prompt}
          weight={weight}
          onWeight={(next) => change(prompt, (text) => withWeight(text, name, next))}
          onRemove={() => change(prompt, (text) => withoutEmbedding(text, name))}
          onMove={(to) => {
            change(prompt, (text) => withoutEmbedding(text, name));
            change(to, (text) => withEmbedding(withoutEmbedding(text, name), { name, weight }));
          }}
        />
      ))}
      {chosen.some((one) => isMisfit(byFile.get(fileOf(one)))) ? (
        <MismatchNotice
          what="embedding"
          isAllowed={allowMismatch}
          onChange={(isAllowed) => store.change({ allowMismatch: isAllowed })}
        />
      ) : null}
    </Box>
  );
}

const isMisfit = (model: Model | undefined): boolean => model?.compatibility?.fit === "misfit";
