import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useNavigate } from "react-router";
import { messageOf } from "@/api/problem";
import type { InspectedFile } from "@/api/types";
import { refreshContentLists } from "@/features/content";
import { type Fitted, fitSettings, knownHere } from "@/features/models/fit-settings";
import { useToast } from "@/ui/toast";
import type { FoundFile } from "./files";
import { importFile } from "./requests";

/** Return what can be done with a file that was read. */
export function useInspected(found: FoundFile, inspected: InspectedFile | undefined, onClose: () => void) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const toast = useToast();
  const fitted = useFitted(inspected);
  const open = (id: number | null | undefined) => (id == null ? undefined : void navigate(`/view/${id}`));
  const use = () => {
    if (fitted === null) return;
    onClose();
    void navigate("/generate", { state: { given: fitted.given } });
  };
  const add = useMutation({
    mutationFn: () => importFile(found.file, found.file.name, undefined, found.sidecar),
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
  return { use, addToGallery, isAdding: add.isPending, fitted };
}

/** Return the settings with the names of this installation; null until both are known. */
function useFitted(inspected: InspectedFile | undefined): Fitted | null {
  const client = useQueryClient();
  const known = useQuery({
    queryKey: ["models", "known-here"],
    queryFn: () => knownHere(client),
    gcTime: 0,
  }).data;
  return useMemo(
    () => (inspected === undefined || known === undefined ? null : fitSettings(inspected, known)),
    [inspected, known],
  );
}
