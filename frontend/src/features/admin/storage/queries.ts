import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { StoragePolicy } from "@/api/types";

export const cleanupQuery = queryOptions({
  queryKey: ["admin", "cleanup"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/storage/cleanup", { signal })),
});

/** Remove everything that has expired; returns the number of rows by rule. */
export function useCleanUp() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (): Promise<ReadonlyMap<string, number>> => {
      const counts = new Map<string, number>();
      let hasMore = true;
      while (hasMore) {
        const result = await unwrap(api.POST("/api/v1/storage/cleanup"));
        for (const { name, count } of result.removed) counts.set(name, (counts.get(name) ?? 0) + count);
        hasMore = result.has_more;
      }
      return counts;
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ["admin"] });
      void client.invalidateQueries({ queryKey: ["content"] });
    },
  });
}

export const userStorageQuery = (userId: string) =>
  queryOptions({
    queryKey: ["admin", "storage", "of", userId],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/storage/users/{user_id}", { params: { path: { user_id: userId } }, signal })),
    enabled: userId !== "",
  });

interface LimitsChange {
  readonly userId: string;
  readonly limits: StoragePolicy;
}

/** Set the quota and the retention of one user. */
export function useSetLimits() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ userId, limits }: LimitsChange) =>
      unwrap(
        api.PUT("/api/v1/storage/users/{user_id}", {
          params: { path: { user_id: userId } },
          body: limits,
        }),
      ),
    onSuccess: (found) => {
      client.setQueryData(userStorageQuery(found.user_id).queryKey, found);
      void client.invalidateQueries({ queryKey: cleanupQuery.queryKey });
    },
  });
}
