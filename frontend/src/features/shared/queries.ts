/** What visitors see under the link of a collection. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";

const PAGE = 60;

/** The collection under a link; `access` is what the password gave. */
export const sharedQuery = (token: string, access: string | null) =>
  infiniteQueryOptions({
    queryKey: ["shared", token, access],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/shared/{token}", {
          params: {
            path: { token },
            query: {
              limit: PAGE,
              ...(access !== null && { access }),
              ...(pageParam !== null && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    retry: false,
  });

/** Return the access that a password gives. */
export async function accessBy(token: string, password: string): Promise<string> {
  const { access } = await unwrap(
    api.POST("/api/v1/shared/{token}/access", { params: { path: { token } }, body: { password } }),
  );
  return access;
}

const storedAs = (token: string) => `genonaut:shared:${token}`;

/** The access lasts for the tab: a reload does not ask for the password again. */
export function storedAccess(token: string): string | null {
  try {
    return sessionStorage.getItem(storedAs(token));
  } catch {
    return null;
  }
}

export function storeAccess(token: string, access: string | null): void {
  try {
    if (access === null) sessionStorage.removeItem(storedAs(token));
    else sessionStorage.setItem(storedAs(token), access);
  } catch {
    // Without storage the password is asked for after a reload.
  }
}
