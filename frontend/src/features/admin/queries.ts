import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { errorOf } from "@/api/problem";
import type {
  AuditListQuery,
  Health,
  NotificationSubmit,
  Queue,
  UsageSort,
  UserPatch,
  UserSubmit,
} from "@/api/types";

/** Interval of polling: no websocket sends the jobs of other users or the state of servers. */
export const POLL_MS = 5_000;
const PAGE = 50;
const SUGGESTIONS = 20;

const cursorOf = (cursor: string | null) => (cursor === null ? {} : { cursor });

export const healthQuery = queryOptions({
  queryKey: ["admin", "health"],
  queryFn: async ({ signal }): Promise<Health> => {
    const { data, error, response } = await api.GET("/api/v1/health", { signal });
    if (data !== undefined) return data;
    // 503 with a health report: a dependency is down, which this page must show.
    if (isHealth(error)) return error;
    throw errorOf(response, error);
  },
  refetchInterval: POLL_MS,
});

export const queueQuery = queryOptions({
  queryKey: ["admin", "queue"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/queue", { signal })),
  refetchInterval: POLL_MS,
});

export const workersQuery = queryOptions({
  queryKey: ["admin", "workers"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/workers", { signal })),
  refetchInterval: POLL_MS,
});

interface PauseChange {
  /** Name of a ComfyUI server; null for the whole queue. */
  readonly backend: string | null;
  readonly isPaused: boolean;
  readonly reason?: string;
}

/** Pause or resume the queue or one ComfyUI server; waiting jobs show the reason at once. */
export function useChangePause() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ backend, isPaused, reason }: PauseChange) =>
      isPaused
        ? unwrap(api.POST("/api/v1/queue/pause", { body: { backend, reason: reason || null } }))
        : unwrap(api.POST("/api/v1/queue/resume", { body: { backend } })),
    onSuccess: (queue) => {
      client.setQueryData<Queue>(queueQuery.queryKey, queue);
      void client.invalidateQueries({ queryKey: ["admin"] });
      void client.invalidateQueries({ queryKey: ["jobs"] });
    },
  });
}

function isHealth(body: unknown): body is Health {
  return typeof body === "object" && body !== null && "database" in body && "comfyui" in body;
}

export interface UserListFilter {
  readonly search: string;
  readonly sort: UsageSort;
}

/** Users with what they have used. */
export const usersQuery = ({ search, sort }: UserListFilter) =>
  infiniteQueryOptions({
    queryKey: ["admin", "users", search, sort],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/users/usage", {
          params: { query: { limit: PAGE, sort, ...(search && { search }), ...cursorOf(pageParam) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });

/** The first users by name whose name contains the text. */
export const usersFoundQuery = (search: string) =>
  queryOptions({
    queryKey: ["admin", "users-found", search],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/users", {
          params: { query: { limit: SUGGESTIONS, ...(search && { search }) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const userQuery = (id: string) =>
  queryOptions({
    queryKey: ["admin", "user", id],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/users/{user_id}", { params: { path: { user_id: id } }, signal })),
  });

export type AuditFilter = Pick<AuditListQuery, "search" | "kind" | "actor_id" | "since">;

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ["admin", "audit", filter],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/audit-log", {
          params: { query: { ...filter, limit: PAGE, ...cursorOf(pageParam) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });

/** Send an announcement to one user or to all. */
export function useAnnounce() {
  const onSettled = useRefetchAdmin();
  return useMutation({
    mutationFn: (body: NotificationSubmit) => unwrap(api.POST("/api/v1/notifications", { body })),
    onSettled,
  });
}

function useRefetchAdmin() {
  const client = useQueryClient();
  // The users and the audit log.
  return () => client.invalidateQueries({ queryKey: ["admin"] });
}

export function useCreateUser() {
  const onSuccess = useRefetchAdmin();
  return useMutation({
    mutationFn: (body: UserSubmit) => unwrap(api.POST("/api/v1/users", { body })),
    onSuccess,
  });
}

export function useChangeUser() {
  const onSettled = useRefetchAdmin();
  return useMutation({
    mutationFn: ({ id, patch }: { readonly id: string; readonly patch: UserPatch }) =>
      unwrap(api.PATCH("/api/v1/users/{user_id}", { params: { path: { user_id: id } }, body: patch })),
    onSettled,
  });
}

export function useDeleteUser() {
  const onSettled = useRefetchAdmin();
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.DELETE("/api/v1/users/{user_id}", { params: { path: { user_id: id } } })),
    onSettled,
  });
}
