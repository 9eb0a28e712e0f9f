import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ListChecks, TriangleAlert } from "lucide-react";
import type { GridParameter, ModelKind } from "@/api/types";
import { checkpointsQuery, modelsOfKindQuery, samplingOptionsQuery } from "@/features/models";
import { presetsQuery } from "@/features/presets";
import { hasValue, textOf, textsOf, toggleValue } from "./values";

interface ChoicesProps {
  readonly parameter: GridParameter;
  readonly values: string;
  readonly onChange: (values: string) => void;
}

/** What the servers offer for the parameter, to choose from. */
export function Choices({ parameter, values, onChange }: ChoicesProps) {
  const options = useOptions(parameter);
  if (options.length === 0) return null;
  const missing = textsOf(values).filter((value) => !isOffered(options, value));
  const areAllChosen = options.every((option) => hasValue(values, option));
  return (
    <Box
      role="group"
      aria-label="Available values"
      sx={{ display: "flex", flexWrap: "wrap", gap: 0.75, maxHeight: 132, overflowY: "auto", py: 0.25 }}
    >
      {options.length > 1 ? (
        <Chip
          label={areAllChosen ? "None of them" : "All"}
          icon={<ListChecks size={14} aria-hidden />}
          size="small"
          clickable
          onClick={() => onChange(areAllChosen ? "" : textOf(options))}
        />
      ) : null}
      {options.map((option) => {
        const isChosen = hasValue(values, option);
        return (
          <Chip
            key={option}
            label={option}
            size="small"
            clickable
            color={isChosen ? "primary" : "default"}
            variant={isChosen ? "filled" : "outlined"}
            aria-pressed={isChosen}
            onClick={() => onChange(toggleValue(values, option))}
          />
        );
      })}
      {missing.map((value) => (
        <Chip
          key={value}
          label={`${value}: not available`}
          aria-label={`Remove ${value}, which is not available`}
          icon={<TriangleAlert size={14} aria-hidden />}
          size="small"
          clickable
          color="warning"
          variant="outlined"
          onClick={() => onChange(toggleValue(values, value))}
        />
      ))}
    </Box>
  );
}

/** Return whether a value names an option: the API takes names of files without folder and ending too. */
function isOffered(options: readonly string[], value: string): boolean {
  const name = value.replace(/:[\d.+-]+$/, "").toLowerCase();
  const stem = (one: string) => one.replace(/^.*[/\\]/, "").replace(/\.\w+$/, "");
  return options.some((option) => {
    const offered = option.toLowerCase();
    return offered === name || offered === value.toLowerCase() || stem(offered) === stem(name);
  });
}

/** Where the files of a parameter are in the catalogue. */
const KINDS: Partial<Record<GridParameter, ModelKind>> = {
  lora: "lora",
  vae: "vae",
  control_model: "controlnet",
  upscale_model: "upscaler",
  hires_upscale_model: "upscaler",
};
const CHECKPOINTS: readonly GridParameter[] = ["checkpoint_model", "refiner_model"];
/** Parameters that can be left out. */
const WITH_NONE: readonly GridParameter[] = ["lora", "vae", "style"];

function useOptions(parameter: GridParameter): readonly string[] {
  const kind = KINDS[parameter];
  const isCheckpoint = CHECKPOINTS.includes(parameter);
  const sampling = useQuery(samplingOptionsQuery).data;
  const checkpoints = useQuery({ ...checkpointsQuery, enabled: isCheckpoint }).data;
  const files = useQuery({ ...modelsOfKindQuery(kind ?? "lora"), enabled: kind !== undefined }).data;
  const styles = useInfiniteQuery({ ...presetsQuery("style"), enabled: parameter === "style" }).data;
  const names = (found: readonly { readonly name: string }[] | undefined) =>
    found?.map(({ name }) => name) ?? [];
  const offered: Partial<Record<GridParameter, readonly string[]>> = {
    sampler_name: sampling?.samplers ?? [],
    scheduler: sampling?.schedulers ?? [],
    hires_method: ["latent", "model"],
    style: [...new Set(names(styles?.pages.flatMap(({ items }) => items)))],
  };
  const options = offered[parameter] ?? names(isCheckpoint ? checkpoints : kind && files);
  return WITH_NONE.includes(parameter) && options.length > 0 ? ["none", ...options] : options;
}
