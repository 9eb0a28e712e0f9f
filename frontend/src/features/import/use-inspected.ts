import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useNavigate } from "react-router";
import { messageOf } from "@/api/problem";
import type { InspectedFile } from "@/api/types";
import { refreshContentLists } from "@/features/content";
import { checkpointsQuery, modelsOfKindQuery } from "@/features/models";
import { useToast } from "@/ui/toast";
import { type MatchedLoras, matchLoras, matchModel } from "./match-models";
import { importFile } from "./requests";

export interface Matched {
  /** The checkpoint here; null for the default one. */
  readonly checkpoint: string | null;
  readonly loras: MatchedLoras["found"];
  /** Names of models that are not here. */
  readonly missing: readonly string[];
}

const NOTHING: Matched = { checkpoint: null, loras: [], missing: [] };

/** Return what can be done with a file that was read. */
export function useInspected(file: File, inspected: InspectedFile | undefined, onClose: () => void) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const toast = useToast();
  const matched = useMatched(inspected);
  const open = (id: number | null | undefined) => (id == null ? undefined : void navigate(`/view/${id}`));
  const use = () => {
    if (inspected === undefined) return;
    const { prompt, negative_prompt, width, height, metadata } = inspected;
    const given = {
      prompt,
      negative_prompt,
      checkpoint_model: matched.checkpoint ?? "",
      metadata: { ...metadata, lora_models: matched.loras, ...(width && height && { width, height }) },
    };
    onClose();
    void navigate("/generate", { state: { given } });
  };
  const add = useMutation({
    mutationFn: () => importFile(file, file.name),
    onSuccess: ([outcome]) => {
      if (outcome === undefined || outcome.status === "refused") {
        toast({ message: outcome?.reason ?? "The file was refused.", severity: "error" });
        return;
      }
      refreshContentLists(client);
      const isNew = outcome.status === "imported";
      const action = { label: "Open", run: () => open(outcome.content_id) };
      toast({
        message: isNew ? "Added to the gallery" : "Already in your gallery",
        severity: "success",
        action,
      });
      onClose();
    },
    onError: (error) => toast({ message: messageOf(error), severity: "error" }),
  });
  const addToGallery = () => {
    const known = inspected?.content_id ?? null;
    if (known === null) return add.mutate();
    onClose();
    open(known);
  };
  return { use, addToGallery, isAdding: add.isPending, matched };
}

function useMatched(inspected: InspectedFile | undefined): Matched {
  const checkpoints = useQuery(checkpointsQuery).data;
  const loras = useQuery(modelsOfKindQuery("lora")).data;
  return useMemo(() => {
    if (inspected === undefined || checkpoints === undefined || loras === undefined) return NOTHING;
    const { checkpoint_model: name, metadata } = inspected;
    const checkpoint = matchModel(checkpoints, name, metadata.model_hash);
    const { found, missing } = matchLoras(loras, metadata.lora_models);
    return {
      checkpoint,
      loras: found,
      missing: [...(checkpoint === null && name !== "" ? [name] : []), ...missing],
    };
  }, [inspected, checkpoints, loras]);
}
