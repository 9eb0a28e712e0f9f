import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { messageOf } from "@/api/problem";
import type { Content } from "@/api/types";
import { contentQuery } from "@/features/content";
import { jobQuery } from "@/features/jobs";
import { checkpointsQuery } from "@/features/models";
import { useMe } from "@/features/session";
import { readStored, writeStored } from "@/lib/storage/stored-state";
import { withoutParameters } from "@/lib/without-parameters";
import { useToast } from "@/ui/toast";
import { withReference, withSource } from "./inputs/from-content";
import { withModel } from "./model-defaults";
import {
  defaultsOf,
  type GenerateSettings,
  parseSettings,
  settingsOfContent,
  settingsOfJob,
} from "./settings";
import { createSettingsStore, type SettingsStore } from "./settings-store";
import { useGivenGrid } from "./use-given-grid";
import { useGivenSettings } from "./use-given-settings";

const STORED_AS = "generate-settings";

export interface SettingsControl {
  readonly store: SettingsStore;
  /** Return to the defaults. */
  readonly reset: () => void;
}

/** Settings of the form, stored in this browser; `?prompt=` (with `&negative=` and `&dynamic=`), `?model=`, `?job=`, `?content=`, `?grid=`, `?source=` or `?reference=` in the URL fills them. */
export function useSettings(): SettingsControl {
  const { preferences } = useMe();
  const defaults = useMemo(() => defaultsOf(preferences), [preferences]);
  const [store] = useState(() => createSettingsStore(readStored(STORED_AS, parseSettings) ?? defaults));
  useEffect(() => {
    const write = () => writeStored(STORED_AS, store.get());
    write();
    return store.subscribe(write);
  }, [store]);
  const reset = useCallback(() => store.change(defaults), [store, defaults]);
  useSettingsFromUrl(store.change);
  useGivenSettings(store.change);
  useGivenGrid(store.change);
  return { store, reset };
}

type Update = (current: GenerateSettings) => GenerateSettings;

function useSettingsFromUrl(fill: (update: Update) => void): void {
  const [query, setQuery] = useSearchParams();
  const client = useQueryClient();
  const toast = useToast();
  const job = idIn(query, "job");
  const content = idIn(query, "content");
  const prompt = query.get("prompt");
  const negative = query.get("negative");
  const dynamic = query.get("dynamic");
  const model = query.get("model");
  const source = idIn(query, "source");
  const reference = idIn(query, "reference");
  const edit = query.get("edit");
  useEffect(() => {
    if (prompt === null) return;
    const isDynamic = dynamic === null ? {} : { isDynamic: dynamic === "1" };
    fill((current) => ({
      ...current,
      ...isDynamic,
      prompt: prompt,
      negativePrompt: negative ?? current.negativePrompt,
    }));
    setQuery(withoutParameters("prompt", "negative", "dynamic"), { replace: true });
  }, [prompt, negative, dynamic, fill, setQuery]);
  useEffect(() => {
    if (model === null) return;
    let isCurrent = true;
    client
      .fetchQuery(checkpointsQuery)
      // A model that is not known is chosen as well: the form says that no server has it.
      .catch(() => [])
      .then((known) =>
        isCurrent ? fill((current) => withModel(current, model.slice(0, 512), known)) : undefined,
      )
      .finally(() => (isCurrent ? setQuery(withoutParameters("model"), { replace: true }) : undefined));
    return () => {
      isCurrent = false;
    };
  }, [model, client, fill, setQuery]);
  useEffect(() => {
    if (source === null && reference === null) return;
    let isCurrent = true;
    client
      .fetchQuery(contentQuery(source ?? reference ?? 0))
      .then((item) => (source === null ? item : usableHere(client, item, toast)))
      .then((item) =>
        isCurrent
          ? fill((current) =>
              source === null ? withReference(current, item) : withSource(current, item, edit),
            )
          : undefined,
      )
      .catch((error: unknown) => toast({ message: messageOf(error), severity: "error" }))
      // The section of the source opens the mask editor, once it is drawn.
      .finally(() =>
        isCurrent ? setQuery(edit === "mask" ? { mask: "1" } : {}, { replace: true }) : undefined,
      );
    return () => {
      isCurrent = false;
    };
  }, [source, reference, edit, client, fill, setQuery, toast]);
  useEffect(() => {
    if (job === null && content === null) return;
    let isCurrent = true;
    readUpdate(client, { job, content }, toast)
      .then((update) => (isCurrent ? fill(update) : undefined))
      .catch((error: unknown) => toast({ message: messageOf(error), severity: "error" }))
      // Remove the parameters: a reload must not overwrite what the user types from here on.
      .finally(() =>
        isCurrent ? setQuery(withoutParameters("job", "content"), { replace: true }) : undefined,
      );
    return () => {
      isCurrent = false;
    };
  }, [job, content, client, fill, setQuery, toast]);
}

async function readUpdate(
  client: QueryClient,
  { job, content }: { readonly job: number | null; readonly content: number | null },
  toast: ReturnType<typeof useToast>,
): Promise<Update> {
  if (job !== null) {
    const found = await client.fetchQuery(jobQuery(job));
    return () => settingsOfJob(found);
  }
  const found = await usableHere(client, await client.fetchQuery(contentQuery(content ?? 0)), toast);
  return (current) => settingsOfContent(found, current);
}

/** Return an item whose settings name what is here: imported ones name models as other programs do. */
async function usableHere(
  client: QueryClient,
  item: Content,
  toast: ReturnType<typeof useToast>,
): Promise<Content> {
  if (item.metadata.origin !== "import") return item;
  const { fitSettings, knownHere } = await import("@/features/models/fit-settings");
  const { given, missing } = fitSettings(item, await knownHere(client));
  if (missing.length > 0)
    toast({ message: `Not on your ComfyUI servers: ${missing.join(", ")}`, severity: "info" });
  return { ...item, ...given };
}

function idIn(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  return text !== null && /^\d{1,16}$/.test(text) ? Number(text) : null;
}
