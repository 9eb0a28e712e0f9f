import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { messageOf } from "@/api/problem";
import type { LinkPatch, LinkSubmit } from "@/api/types";
import { useToast } from "@/ui/toast";
import { collectionKeys, inPath } from "../queries";

/** Return the functions that make, change and delete the link of a collection. */
export function useLinkChanges(id: number) {
  const client = useQueryClient();
  const toast = useToast();
  const options = {
    onError: (error: unknown) => toast({ message: messageOf(error), severity: "error" } as const),
    onSettled: () => client.invalidateQueries({ queryKey: collectionKeys.all }),
  };
  const make = useMutation({
    mutationFn: (body: LinkSubmit) =>
      unwrap(api.POST("/api/v1/collections/{collection_id}/link", { params: inPath(id), body })),
    ...options,
  });
  const change = useMutation({
    mutationFn: (body: LinkPatch) =>
      unwrap(api.PATCH("/api/v1/collections/{collection_id}/link", { params: inPath(id), body })),
    ...options,
  });
  const revoke = useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/v1/collections/{collection_id}/link", { params: inPath(id) })),
    ...options,
  });
  return { make, change, revoke };
}
