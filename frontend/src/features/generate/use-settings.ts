import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { messageOf } from "@/api/problem";
import { contentQuery } from "@/features/content";
import { jobQuery } from "@/features/jobs";
import { useMe } from "@/features/session";
import { readStored, writeStored } from "@/lib/storage/stored-state";
import { useToast } from "@/ui/toast";
import {
  defaultsOf,
  type GenerateSettings,
  LIMITS,
  revive,
  settingsOfContent,
  settingsOfJob,
} from "./settings";

const STORED_AS = "generate-settings";

export interface SettingsControl {
  readonly settings: GenerateSettings;
  readonly change: (patch: Partial<GenerateSettings>) => void;
  readonly reset: () => void;
}

/** The form's settings, remembered in this browser; `?prompt=`, `?job=` or `?content=` in the address fills them. */
export function useSettings(): SettingsControl {
  const { preferences } = useMe();
  const defaults = useMemo(() => defaultsOf(preferences), [preferences]);
  const [settings, setSettings] = useState<GenerateSettings>(() => readStored(STORED_AS, revive) ?? defaults);
  useEffect(() => writeStored(STORED_AS, settings), [settings]);
  const change = useCallback(
    (patch: Partial<GenerateSettings>) => setSettings((now) => ({ ...now, ...patch })),
    [],
  );
  const reset = useCallback(() => setSettings(defaults), [defaults]);
  useReuse(setSettings);
  return { settings, change, reset };
}

type Update = (now: GenerateSettings) => GenerateSettings;

function useReuse(fill: (update: Update) => void): void {
  const [address, setAddress] = useSearchParams();
  const client = useQueryClient();
  const toast = useToast();
  const job = idIn(address, "job");
  const content = idIn(address, "content");
  const prompt = address.get("prompt");
  useEffect(() => {
    if (prompt === null) return;
    fill((now) => ({ ...now, prompt: prompt.slice(0, LIMITS.promptLength) }));
    setAddress({}, { replace: true });
  }, [prompt, fill, setAddress]);
  useEffect(() => {
    if (job === null && content === null) return;
    let isCurrent = true;
    readUpdate(client, job, content)
      .then((update) => (isCurrent ? fill(update) : undefined))
      .catch((error: unknown) => toast({ message: messageOf(error), severity: "error" }))
      // The address has done its work: a reload must not undo what is typed from here on.
      .finally(() => (isCurrent ? setAddress({}, { replace: true }) : undefined));
    return () => {
      isCurrent = false;
    };
  }, [job, content, client, fill, setAddress, toast]);
}

async function readUpdate(client: QueryClient, job: number | null, content: number | null): Promise<Update> {
  if (job !== null) {
    const found = await client.fetchQuery(jobQuery(job));
    return () => settingsOfJob(found);
  }
  const found = await client.fetchQuery(contentQuery(content ?? 0));
  return (now) => settingsOfContent(found, now);
}

function idIn(address: URLSearchParams, name: string): number | null {
  const text = address.get(name);
  return text !== null && /^\d{1,16}$/.test(text) ? Number(text) : null;
}
