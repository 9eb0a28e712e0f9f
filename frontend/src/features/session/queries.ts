import { queryOptions, useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useNavigate } from "react-router";
import { api, unwrap } from "@/api/client";
import { loginGate } from "@/api/login-gate";
import type { LoginSubmit, Me, Preferences, RegistrationSubmit } from "@/api/types";
import { forgetUser } from "@/lib/leave";
import { announce } from "./other-tabs";

const keys = { me: ["session", "me"] as const, options: ["session", "options"] as const };

/** The current user; fails with 401 without a login. */
export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/auth/me", { signal })),
  staleTime: 5 * 60_000,
});

/** The login mode of the server, and whether registration is open. */
export const authOptionsQuery = queryOptions({
  queryKey: keys.options,
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/auth/options", { signal })),
  staleTime: 60_000,
});

/** Return the current user; only inside the shell, which waits until the user is loaded. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

export function useIsAdmin(): boolean {
  return useMe().role === "admin";
}

export function useLogin() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: LoginSubmit) => unwrap(api.POST("/api/v1/auth/login", { body })),
    onSuccess: (me) => startSession(client, me),
  });
}

/** Log in the user whom the reverse proxy names. */
export function useProxyLogin() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/auth/proxy")),
    onSuccess: (me) => startSession(client, me),
  });
}

/** Log in again after the session has ended; keeps the cached data, which belong to the same user. */
export function useLoginAgain() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: LoginSubmit) => unwrap(api.POST("/api/v1/auth/login", { body })),
    onSuccess: (me) => {
      client.setQueryData(keys.me, me);
      announce({ event: "login", username: me.username });
      loginGate.pass();
    },
  });
}

export function useRegister() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: RegistrationSubmit) => unwrap(api.POST("/api/v1/auth/register", { body })),
    onSuccess: (me) => startSession(client, me),
  });
}

/** Drop all cached data, which may belong to another user, and store the new one. */
function startSession(client: ReturnType<typeof useQueryClient>, me: Me): void {
  client.clear();
  client.setQueryData(keys.me, me);
  announce({ event: "login", username: me.username });
}

/** Log out and drop all cached data. The shell closes its connections when it unmounts. */
export function useLogout() {
  const client = useQueryClient();
  const leave = useLeave();
  return useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/auth/logout")),
    // The websockets close while the request is on its way: the login dialog must not open.
    onMutate: () => {
      loginGate.disable();
      // The next user of this browser must not get the notifications of this one.
      void import("@/lib/service-worker").then((code) => code.endPushSubscription()).catch(() => undefined);
    },
    onError: loginGate.enable,
    onSuccess: async () => {
      announce({ event: "logout" });
      const page = await externalLogout(client);
      if (!page) return leave();
      // Else an import would ask whether to leave the page.
      forgetUser();
      window.location.assign(page);
    },
  });
}

/** Where a user without a password, whom the identity provider logged in, logs out there too. */
async function externalLogout(client: ReturnType<typeof useQueryClient>): Promise<string | null> {
  if (client.getQueryData<Me>(keys.me)?.has_password !== false) return null;
  const options = await client.fetchQuery(authOptionsQuery).catch(() => undefined);
  return options?.oidc?.logout_url ?? null;
}

/** Return a function that opens the login page and then drops all cached data. */
export function useLeave(): () => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useCallback(() => {
    void navigate("/login", { replace: true });
    // After the pages have unmounted: they would read their data again.
    setTimeout(() => client.clear());
    forgetUser();
  }, [client, navigate]);
}

/** Change preferences with an optimistic update, rolled back if the server rejects it. */
export function useChangePreferences() {
  const client = useQueryClient();
  const read = () => client.getQueryData<Me>(meQuery.queryKey);
  const write = (preferences: Preferences) =>
    client.setQueryData<Me>(meQuery.queryKey, (me) => me && { ...me, preferences });
  return useMutation({
    mutationFn: (change: Partial<Preferences>) =>
      unwrap(api.PUT("/api/v1/users/me/preferences", { body: { ...read()?.preferences, ...change } })),
    onMutate: (change) => {
      const before = read()?.preferences;
      if (before !== undefined) write({ ...before, ...change });
      return { before };
    },
    onError: (_error, _change, result) => (result?.before === undefined ? undefined : write(result.before)),
    onSuccess: write,
  });
}
