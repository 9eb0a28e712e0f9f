import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { ApiKeySubmit } from "@/api/types";
import { meQuery } from "@/features/session";

export const sessionsQuery = queryOptions({
  queryKey: ["settings", "sessions"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/auth/sessions", { signal })),
});

export const apiKeysQuery = queryOptions({
  queryKey: ["settings", "api-keys"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/api-keys", { signal })),
});

export function useChangeProfile() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { readonly username?: string; readonly email?: string | null }) =>
      unwrap(api.PATCH("/api/v1/users/me", { body })),
    onSuccess: (me) => client.setQueryData(meQuery.queryKey, me),
  });
}

export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: {
      readonly current_password: string | null;
      readonly new_password: string;
      readonly revoke_api_keys: boolean;
    }) => unwrap(api.PUT("/api/v1/users/me/password", { body })),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: meQuery.queryKey }),
        client.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
      ]),
  });
}

export function useEndSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.DELETE("/api/v1/auth/sessions/{session_id}", { params: { path: { session_id: id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
}

/** End all sessions except the current one. */
export function useEndOtherSessions() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/v1/auth/sessions")),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
}

export function useCreateApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ApiKeySubmit) => unwrap(api.POST("/api/v1/api-keys", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
    // The response contains the secret: do not cache it after the dialog is closed.
    gcTime: 0,
  });
}

export function useRevokeApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      unwrap(api.DELETE("/api/v1/api-keys/{key_id}", { params: { path: { key_id: id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
  });
}
