/** Settings of other programs as they can be used here: names of models, samplers and tags of LoRAs. */
import type { QueryClient } from "@tanstack/react-query";
import type { Content, Model } from "@/api/types";
import { withoutLoraTags } from "./lora-tags";
import { matchLoras, matchModel } from "./match-models";
import { checkpointsQuery, modelsOfKindQuery, samplingOptionsQuery } from "./queries";

export type GivenSettings = Pick<Content, "prompt" | "negative_prompt" | "checkpoint_model" | "metadata">;

type Known = readonly Pick<Model, "name" | "autov2" | "autov3" | "sha256">[];

/** What the ComfyUI servers have. */
export interface KnownHere {
  readonly checkpoints: Known;
  readonly loras: Known;
  readonly vaes: Known;
  readonly upscalers: Known;
  /** Empty as long as no server has said what it has. */
  readonly samplers: readonly string[];
  readonly schedulers: readonly string[];
}

export interface Fitted {
  readonly given: GivenSettings;
  /** Names of models, samplers and schedulers that are not here. */
  readonly missing: readonly string[];
}

export async function knownHere(client: QueryClient): Promise<KnownHere> {
  const [checkpoints, loras, vaes, upscalers, options] = await Promise.all([
    client.fetchQuery(checkpointsQuery),
    client.fetchQuery(modelsOfKindQuery("lora")),
    client.fetchQuery(modelsOfKindQuery("vae")),
    client.fetchQuery(modelsOfKindQuery("upscaler")),
    client.fetchQuery(samplingOptionsQuery),
  ]);
  return { checkpoints, loras, vaes, upscalers, samplers: options.samplers, schedulers: options.schedulers };
}

/**
 * Return the settings with the names of this installation; what is not here is left out and named.
 *
 * Tags of LoRAs leave the prompts: ComfyUI does not read them, the list of LoRAs has their place.
 */
export function fitSettings(found: GivenSettings, known: KnownHere): Fitted {
  const { metadata, checkpoint_model: name } = found;
  const missing: string[] = [];
  const orMissing = (kept: string | null, wanted: string): string | null => {
    if (kept === null && wanted !== "") missing.push(wanted);
    return kept;
  };
  const checkpoint = orMissing(matchModel(known.checkpoints, name, metadata.model_hash), name);
  const loras = matchLoras(known.loras, metadata.lora_models);
  missing.push(...loras.missing);
  const oneOf = (value: unknown, options: readonly string[]): string | undefined => {
    const text = textOf(value);
    const isHere = options.length === 0 || options.includes(text);
    return text === "" ? undefined : (orMissing(isHere ? text : null, text) ?? undefined);
  };
  const vae = textOf(metadata.vae);
  const given = {
    prompt: withoutLoraTags(found.prompt),
    negative_prompt: withoutLoraTags(found.negative_prompt),
    checkpoint_model: checkpoint ?? "",
    metadata: {
      ...metadata,
      lora_models: [...loras.found],
      vae: vae === "" ? null : orMissing(matchModel(known.vaes, vae), vae),
      sampler_name: oneOf(metadata.sampler_name, known.samplers),
      scheduler: oneOf(metadata.scheduler, known.schedulers),
      hires: hiresOf(metadata.hires, known.upscalers),
    },
  };
  return { given, missing };
}

/** Return the second pass as a job has it, with the upscale model if it is here. */
function hiresOf(value: unknown, upscalers: Known) {
  if (typeof value !== "object" || value === null) return undefined;
  const { scale, denoise, upscaler } = value as Record<string, unknown>;
  const name = textOf(upscaler);
  const model = matchModel(upscalers, name.replace(/^model-/, ""));
  return {
    ...(typeof scale === "number" && { scale }),
    ...(typeof denoise === "number" && { denoise }),
    ...(model !== null && { method: "model", upscale_model: model }),
  };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
