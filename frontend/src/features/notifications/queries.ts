import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { Notification, NotificationListQuery } from "@/api/types";

export type NotificationFilter = Pick<NotificationListQuery, "unread" | "type" | "search">;

/** The state of the bell. */
export interface Overview {
  readonly unread_count: number;
  readonly items: readonly Notification[];
}

/** Number of notifications in the snapshot of the websocket. */
export const NEWEST = 10;
const PAGE = 30;
const lists = ["notifications", "list"] as const;

const list = (query: NotificationListQuery, signal: AbortSignal) =>
  unwrap(api.GET("/api/v1/notifications", { params: { query }, signal }));

export const overviewQuery = queryOptions({
  queryKey: ["notifications", "overview"],
  queryFn: async ({ signal }): Promise<Overview> => {
    const [newest, count] = await Promise.all([
      list({ limit: NEWEST }, signal),
      unwrap(api.GET("/api/v1/notifications/unread/count", { signal })),
    ]);
    return { items: newest.items, unread_count: count.unread_count };
  },
  staleTime: 60_000,
});

export const notificationsQuery = (filter: NotificationFilter) =>
  infiniteQueryOptions({
    queryKey: [...lists, filter],
    queryFn: ({ pageParam, signal }) =>
      list({ ...filter, limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });

/** Update the state of the bell if it is loaded. */
function updateOverview(client: QueryClient, update: (before: Overview) => Overview): void {
  client.setQueryData<Overview>(overviewQuery.queryKey, (before) => before && update(before));
}

export function invalidateLists(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: lists });
}

function markedAs(isRead: boolean, { id, read_status }: Notification) {
  return (before: Overview): Overview => ({
    unread_count: Math.max(0, before.unread_count + (read_status === isRead ? 0 : isRead ? -1 : 1)),
    items: before.items.map((one) => (one.id === id ? { ...one, read_status: isRead } : one)),
  });
}

/** Mark a notification as read or unread, with an optimistic update. */
export function useMark() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({
      notification,
      isRead,
    }: {
      readonly notification: Notification;
      readonly isRead: boolean;
    }) => {
      const params = { path: { notification_id: notification.id } };
      return unwrap(
        isRead
          ? api.PUT("/api/v1/notifications/{notification_id}/read", { params })
          : api.PUT("/api/v1/notifications/{notification_id}/unread", { params }),
      );
    },
    onMutate: ({ notification, isRead }) => {
      const before = client.getQueryData<Overview>(overviewQuery.queryKey);
      updateOverview(client, markedAs(isRead, notification));
      return { before };
    },
    onError: (_error, _change, result) => client.setQueryData(overviewQuery.queryKey, result?.before),
    onSettled: () => invalidateLists(client),
  });
}

function useChangeMany(change: () => Promise<{ readonly unread_count: number }>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: ({ unread_count }) => {
      updateOverview(client, (before) => ({ ...before, unread_count }));
      void client.invalidateQueries({ queryKey: overviewQuery.queryKey });
      invalidateLists(client);
    },
  });
}

export const useReadAll = () => useChangeMany(() => unwrap(api.PUT("/api/v1/notifications/read-all")));

export const useDeleteRead = () =>
  useChangeMany(() => unwrap(api.DELETE("/api/v1/notifications", { params: { query: { read: "true" } } })));

export function useDeleteNotification() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      unwrap(
        api.DELETE("/api/v1/notifications/{notification_id}", { params: { path: { notification_id: id } } }),
      ),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: overviewQuery.queryKey });
      invalidateLists(client);
    },
  });
}
