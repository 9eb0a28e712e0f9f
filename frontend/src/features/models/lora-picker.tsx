import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import type { Model } from "@/api/types";
import { lazyPart } from "@/lib/code";
import { modelTitle } from "@/lib/format";
import { Autocomplete } from "@/ui/autocomplete";
import { TextField } from "@/ui/text-field";
import type { LoraChoice } from "./lora-field";
import { ModelOption } from "./model-option";
import { lorasQuery } from "./queries";

/** Loaded after the form: few submissions have LoRAs. */
const ChosenLoras = lazyPart(async () => (await import("./chosen-loras")).ChosenLoras, {
  Loading: () => <Box role="status" aria-busy="true" aria-label="Loading" sx={{ minHeight: 96 }} />,
});

interface LoraPickerProps {
  readonly value: readonly LoraChoice[];
  readonly onChange: (loras: LoraChoice[]) => void;
  /** The checkpoint to check compatibility with; null for the default model. */
  readonly checkpoint: string | null;
  readonly allowMismatch: boolean;
  readonly onAllowMismatch: (isAllowed: boolean) => void;
  readonly onTriggerWord: (word: string) => void;
  /** Return the validation error of the LoRA at this index. */
  readonly errorAt: (index: number) => string | undefined;
}

const GONE = "This LoRA is not available on any ComfyUI server.";
const MAX_LORAS = 10;
const DEFAULT_STRENGTH = 0.8;
const RANKS = { fits: 0, doubtful: 1, misfit: 2 } as const;

/** Select LoRAs and set the strength of each. */
export function LoraPicker(props: LoraPickerProps) {
  const { value, onChange, checkpoint, allowMismatch, onAllowMismatch, onTriggerWord, errorAt } = props;
  const query = useQuery(lorasQuery(checkpoint));
  const models = (query.data ?? []).toSorted((left, right) => rankOf(left) - rankOf(right));
  const byName = new Map(models.map((model) => [model.name, model]));
  const chosen = new Map(value.map((lora) => [lora.name, lora]));
  if (query.isSuccess && models.length === 0 && value.length === 0) return null;

  const choose = (names: readonly string[]) =>
    onChange(
      names.map(
        (name) =>
          chosen.get(name) ?? { name, strength_model: DEFAULT_STRENGTH, strength_clip: DEFAULT_STRENGTH },
      ),
    );
  const isGone = (index: number) => query.isSuccess && !byName.has(value[index]?.name ?? "");
  const isFull = value.length >= MAX_LORAS;
  return (
    <Box sx={{ display: "grid", gap: 1.5 }}>
      <Autocomplete
        multiple
        disableCloseOnSelect
        options={models.map((model) => model.name)}
        value={value.map((lora) => lora.name)}
        onChange={(_event, names) => choose(names)}
        getOptionLabel={(name) => byName.get(name)?.display_name ?? modelTitle(name)}
        getOptionDisabled={(name) =>
          !chosen.has(name) && (isFull || (isMisfit(byName.get(name)) && !allowMismatch))
        }
        loading={query.isPending}
        noOptionsText="No matching LoRAs"
        renderValue={() => null}
        renderOption={({ key, ...options }, name) => {
          const model = byName.get(name);
          return (
            <li key={key} {...options}>
              {model === undefined ? name : <ModelOption model={model} />}
            </li>
          );
        }}
        renderInput={(params) => (
          <TextField
            {...params}
            label="LoRAs"
            placeholder={value.length === 0 ? "Add a style or subject" : "Add another"}
            slotProps={{ ...params.slotProps, inputLabel: { ...params.slotProps?.inputLabel, shrink: true } }}
          />
        )}
      />
      {value.length > 0 ? (
        <ChosenLoras
          value={value}
          onChange={onChange}
          models={byName}
          allowMismatch={allowMismatch}
          onAllowMismatch={onAllowMismatch}
          onTriggerWord={onTriggerWord}
          errorAt={(index) => errorAt(index) ?? (isGone(index) ? GONE : undefined)}
        />
      ) : null}
    </Box>
  );
}

function rankOf({ compatibility }: Model): number {
  return compatibility === null ? 0 : RANKS[compatibility.fit];
}

function isMisfit(model: Model | undefined): boolean {
  return model?.compatibility?.fit === "misfit";
}
