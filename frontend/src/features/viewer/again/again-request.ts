/** The request that makes an image again, with substitutes for models that are gone. */
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { Content, Job, JobSubmit, Reproduction } from "@/api/types";
import { DEFAULTS, settingsOfContent, settingsOfJob, submitOf } from "@/features/generate/settings";
import { withoutLoraTags } from "@/features/models";
import { modelTitle } from "@/lib/format";

export const reproductionQuery = (id: number) =>
  queryOptions({
    queryKey: ["content", "reproduction", id],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/content/{content_id}/reproduction", {
          params: { path: { content_id: id } },
          signal,
        }),
      ),
    staleTime: 10_000,
  });

/** The model that is used in place of each recorded one, by role and name. */
export type Replacements = Readonly<Record<string, string>>;

export const keyOf = ({ role, name }: Reproduction["models"][number]): string => `${role} ${name}`;

/** In place of a LoRA or VAE: the image is made without it. */
export const LEFT_OUT = "";

/** Return whether an image can be made without a model of this role. */
export const canBeLeftOut = ({ role }: Reproduction["models"][number]): boolean => role !== "checkpoint";

/**
 * Return the nearest substitute of each model that is missing; changed ones are used as they are. Another LoRA would
 * change more than none: only the same file, or one of the same name, takes the place of one.
 */
export function nearest({ models }: Reproduction): Replacements {
  return Object.fromEntries(
    models.flatMap((model): [string, string][] => {
      const [first] = model.substitutes;
      if (first?.closeness === "same_file") return [[keyOf(model), first.name]];
      if (model.state !== "missing") return [];
      const isNearest = first !== undefined && (!canBeLeftOut(model) || haveOneName(first.name, model.name));
      if (isNearest) return [[keyOf(model), first.name]];
      return canBeLeftOut(model) ? [[keyOf(model), LEFT_OUT]] : [];
    }),
  );
}

/** Whether two models have the same name in any folder and with any ending: other programs record neither. */
const haveOneName = (name: string, other: string): boolean =>
  modelTitle(name).toLowerCase() === modelTitle(other).toLowerCase();

/** Return the request of the job, or else that of the settings recorded with the image. */
export function requestOf(item: Content, job: Job | null, replacements: Replacements): JobSubmit {
  const settings = job === null ? settingsOfContent(item, DEFAULTS) : settingsOfJob(job);
  const body = submitOf({ ...settings, allowMismatch: true });
  const { checkpoint_model: checkpoint, lora_models: loras = [], vae, prompt = "" } = body;
  return {
    ...body,
    // Other programs read LoRAs from tags in the prompt; here they are beside it.
    prompt: job === null && item.metadata.origin === "import" ? withoutLoraTags(prompt) : prompt,
    ...(checkpoint ? { checkpoint_model: replacements[`checkpoint ${checkpoint}`] ?? checkpoint } : {}),
    lora_models: loras
      .map((lora) => ({ ...lora, name: replacements[`lora ${lora.name}`] ?? lora.name }))
      .filter(({ name }) => name !== LEFT_OUT),
    ...(vae ? { vae: (replacements[`vae ${vae}`] ?? vae) || null } : {}),
  };
}
