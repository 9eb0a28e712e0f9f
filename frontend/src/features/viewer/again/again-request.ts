/** The request that makes an image again, with substitutes for models that are gone. */
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { Content, Job, JobSubmit, Reproduction } from "@/api/types";
import { DEFAULTS, settingsOfContent, settingsOfJob, submitOf } from "@/features/generate/settings";

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

/** Return the nearest substitute of each model that is missing; changed ones are used as they are. */
export function nearest({ models }: Reproduction): Replacements {
  return Object.fromEntries(
    models.flatMap((model) => {
      const [first] = model.substitutes;
      const isNeeded = model.state === "missing" || first?.closeness === "same_file";
      return first !== undefined && isNeeded ? [[keyOf(model), first.name]] : [];
    }),
  );
}

/** Return the request of the job, or else that of the settings recorded with the image. */
export function requestOf(item: Content, job: Job | null, replacements: Replacements): JobSubmit {
  const settings = job === null ? settingsOfContent(item, DEFAULTS) : settingsOfJob(job);
  const body = submitOf({ ...settings, allowMismatch: true });
  const { checkpoint_model: checkpoint, lora_models: loras = [], vae } = body;
  return {
    ...body,
    ...(checkpoint ? { checkpoint_model: replacements[`checkpoint ${checkpoint}`] ?? checkpoint } : {}),
    lora_models: loras.map((lora) => ({ ...lora, name: replacements[`lora ${lora.name}`] ?? lora.name })),
    ...(vae ? { vae: replacements[`vae ${vae}`] ?? vae } : {}),
  };
}
