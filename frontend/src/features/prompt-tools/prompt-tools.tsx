import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import Typography from "@mui/material/Typography";
import { BookMarked, Dices, History, ListTree } from "lucide-react";
import { type RefObject, useState } from "react";
import { useSearchParams } from "react-router";
import type { JobSubmit } from "@/api/types";
import type { NamedLora } from "@/features/models";
import { withoutParameters } from "@/lib/without-parameters";
import { Tooltip } from "@/ui/tooltip";
import { LoraTagNotice } from "./lora-tag-notice";
import { PresetsDialog } from "./presets-dialog";
import { PreviewDialog } from "./preview-dialog";
import { PromptFacts } from "./prompt-facts";
import { PromptsDialog } from "./prompts-dialog";
import type { AppliedStyle } from "./styles";
import { Suggestions } from "./suggestions";
import { usePresets } from "./use-presets";
import { useWeightKeys } from "./use-weight-keys";
import { WildcardsDialog } from "./wildcards-dialog";

export interface PromptState {
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly isDynamic: boolean;
  readonly styles: readonly AppliedStyle[];
}

export interface PromptToolsProps {
  /** Read the prompts without drawing the tools again with each key. */
  readonly get: () => PromptState;
  readonly subscribe: (listener: () => void) => () => void;
  readonly onChange: (patch: Partial<PromptState>) => void;
  readonly isDynamic: boolean;
  readonly styles: readonly AppliedStyle[];
  /** Of the chosen model, if it is known. */
  readonly architecture: string | undefined;
  readonly input: RefObject<HTMLTextAreaElement | null>;
  /** Return the request of the form, to save it as a preset. */
  readonly requestOf: () => JobSubmit;
  /** Put the fields of a preset into the form; returns a function that restores the form. */
  readonly onPreset: (settings: JobSubmit) => () => void;
}

type Open = "preview" | "wildcards" | "prompts" | "presets" | null;

/** Below the prompt: choices and wildcards, earlier prompts, presets and styles, facts about the prompt. */
export function PromptTools(props: PromptToolsProps) {
  const { get, subscribe, onChange, isDynamic, styles, architecture, input, requestOf, onPreset } = props;
  const [query, setQuery] = useSearchParams();
  // The page of presets leads here, to save the settings of the form.
  const [isSaving, setIsSaving] = useState(query.get("save") === "preset");
  const [open, setOpen] = useState<Open>(isSaving ? "presets" : null);
  const { presets, toggle, remove } = usePresets({
    styles,
    onStyles: (next) => onChange({ styles: next }),
    onPreset,
  });
  useWeightKeys(input, (prompt) => onChange({ prompt }));
  const close = () => {
    setOpen(null);
    if (!isSaving) return;
    setIsSaving(false);
    setQuery(withoutParameters("save"), { replace: true });
  };
  return (
    <Box sx={{ display: "grid", gap: 0.75, mt: -0.5 }}>
      <Suggestions
        input={input}
        onChange={(prompt) => onChange({ prompt })}
        isDynamic={isDynamic}
        onLora={(name) =>
          onPreset({ lora_models: withLora(requestOf().lora_models, suggested(name)) } as JobSubmit)
        }
      />
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 0.5 }}>
        <Tool icon={History} label="Prompts" onClick={() => setOpen("prompts")} />
        <Tool icon={BookMarked} label="Presets" onClick={() => setOpen("presets")} />
        <Tool icon={ListTree} label="Wildcards" onClick={() => setOpen("wildcards")} />
        {isDynamic ? <Tool icon={Dices} label="Preview" onClick={() => setOpen("preview")} /> : null}
        <Tooltip title="{red|blue} draws one of them, __name__ an entry of a wildcard" isNamed>
          <FormControlLabel
            sx={{ ml: "auto", mr: 0 }}
            control={
              <Switch
                size="small"
                checked={isDynamic}
                onChange={(_event, next) => onChange({ isDynamic: next })}
              />
            }
            label={<Typography variant="body2">Choices and wildcards</Typography>}
          />
        </Tooltip>
      </Box>
      {styles.length + presets.length > 0 ? (
        <Box aria-label="Applied" role="group" sx={{ display: "flex", flexWrap: "wrap", gap: 0.75 }}>
          {presets.map((preset) => (
            <Chip
              key={preset.label}
              size="small"
              color="secondary"
              variant="outlined"
              label={preset.label}
              onDelete={() => remove(preset)}
            />
          ))}
          {styles.map((style) => (
            <Chip
              key={style.id}
              size="small"
              color="primary"
              variant="outlined"
              label={style.name}
              title={style.prompt}
              onDelete={() => onChange({ styles: styles.filter((one) => one.id !== style.id) })}
            />
          ))}
        </Box>
      ) : null}
      <LoraTagNotice
        get={get}
        subscribe={subscribe}
        onUse={(prompt, loras) => {
          onChange({ prompt });
          onPreset({ lora_models: loras.reduce(withLora, requestOf().lora_models) } as JobSubmit);
        }}
      />
      <PromptFacts get={get} subscribe={subscribe} architecture={architecture} />
      {open === "preview" ? <PreviewDialog state={get()} onClose={close} /> : null}
      {open === "wildcards" ? <WildcardsDialog onClose={close} /> : null}
      {open === "prompts" ? (
        <PromptsDialog
          current={get()}
          onUse={(patch) => {
            onChange(patch);
            close();
          }}
          onClose={close}
        />
      ) : null}
      {open === "presets" ? (
        <PresetsDialog
          styles={styles}
          onApply={(preset) => {
            toggle(preset);
            // Several styles are chosen one after the other.
            if (preset.kind === "preset") close();
          }}
          requestOf={requestOf}
          isSaving={isSaving}
          onClose={close}
        />
      ) : null}
    </Box>
  );
}

const LORA_STRENGTH = 0.8;

const suggested = (name: string): NamedLora => ({
  name,
  strength_model: LORA_STRENGTH,
  strength_clip: LORA_STRENGTH,
});

/** Return the LoRAs of the form and this one. */
const withLora = (chosen: JobSubmit["lora_models"], added: NamedLora): JobSubmit["lora_models"] => [
  ...(chosen ?? []).filter(({ name }) => name !== added.name),
  added,
];

interface ToolProps {
  readonly icon: typeof History;
  readonly label: string;
  readonly onClick: () => void;
}

function Tool({ icon: Icon, label, onClick }: ToolProps) {
  return (
    <Button
      size="small"
      color="inherit"
      startIcon={<Icon size={15} aria-hidden />}
      onClick={onClick}
      sx={{ minHeight: 36, color: "text.secondary" }}
    >
      {label}
    </Button>
  );
}
