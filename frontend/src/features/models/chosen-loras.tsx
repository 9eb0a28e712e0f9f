import type { Model } from "@/api/types";
import { type LoraChoice, LoraField } from "./lora-field";
import { MismatchNotice } from "./mismatch-notice";

interface ChosenLorasProps {
  readonly value: readonly LoraChoice[];
  readonly onChange: (loras: LoraChoice[]) => void;
  /** The models of a file name, as far as ComfyUI servers have them. */
  readonly models: ReadonlyMap<string, Model>;
  readonly allowMismatch: boolean;
  readonly onAllowMismatch: (isAllowed: boolean) => void;
  readonly onTriggerWord: (word: string) => void;
  readonly errorAt: (index: number) => string | undefined;
}

/** The strengths and trigger words of the chosen LoRAs. */
export function ChosenLoras(props: ChosenLorasProps) {
  const { value, onChange, models, allowMismatch, onAllowMismatch, onTriggerWord, errorAt } = props;
  return (
    <>
      {value.map((lora, index) => (
        <LoraField
          key={lora.name}
          lora={lora}
          model={models.get(lora.name)}
          error={errorAt(index)}
          onChange={(next) => onChange(value.map((one) => (one.name === next.name ? next : one)))}
          onRemove={() => onChange(value.filter((one) => one.name !== lora.name))}
          onTriggerWord={onTriggerWord}
        />
      ))}
      {value.some(({ name }) => models.get(name)?.compatibility?.fit === "misfit") ? (
        <MismatchNotice isAllowed={allowMismatch} onChange={onAllowMismatch} />
      ) : null}
    </>
  );
}
