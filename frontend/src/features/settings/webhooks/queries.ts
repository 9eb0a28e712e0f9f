import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { WebhookDelivery, WebhookPatch, WebhookSubmit } from "@/api/types";

const keys = {
  all: ["settings", "webhooks"] as const,
  deliveries: (id: number) => ["settings", "webhook-deliveries", id] as const,
};
const PAGE = 20;
/** Poll interval while a delivery is pending. */
const POLL_MS = 1_500;

const pathOf = (id: number) => ({ params: { path: { webhook_id: id } } });

export const webhooksQuery = queryOptions({
  queryKey: keys.all,
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/webhooks", { signal })),
});

/** The deliveries of a webhook, polled while one is pending. */
export const deliveriesQuery = (id: number) =>
  infiniteQueryOptions({
    queryKey: keys.deliveries(id),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/webhooks/{webhook_id}/deliveries", {
          params: {
            path: { webhook_id: id },
            query: { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some(({ status }) => status === "pending"))
        ? POLL_MS
        : false,
  });

/** A delivery with its payload and attempts, fetched again after each attempt. */
export const deliveryQuery = ({ webhook_id, id, tries, status }: WebhookDelivery) =>
  queryOptions({
    queryKey: [...keys.deliveries(webhook_id), id, tries, status] as const,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}", {
          params: { path: { webhook_id, delivery_id: id } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

function useWebhooksChanged() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.all });
}

export function useAddWebhook() {
  const onSuccess = useWebhooksChanged();
  return useMutation({
    mutationFn: (body: WebhookSubmit) => unwrap(api.POST("/api/v1/webhooks", { body })),
    onSuccess,
    // The response contains the secret: do not cache it after the dialog is closed.
    gcTime: 0,
  });
}

/** Change a webhook with an optimistic update, rolled back if the server rejects it. */
export function useChangeWebhook() {
  const client = useQueryClient();
  const onSettled = useWebhooksChanged();
  return useMutation({
    mutationFn: ({ id, patch }: { readonly id: number; readonly patch: WebhookPatch }) =>
      unwrap(api.PATCH("/api/v1/webhooks/{webhook_id}", { ...pathOf(id), body: patch })),
    onMutate: async ({ id, patch }) => {
      await client.cancelQueries({ queryKey: keys.all });
      const before = client.getQueryData(webhooksQuery.queryKey);
      client.setQueryData(webhooksQuery.queryKey, (all) =>
        all?.map((one) => (one.id === id ? { ...one, ...patch } : one)),
      );
      return { before };
    },
    onError: (_error, _change, result) => client.setQueryData(webhooksQuery.queryKey, result?.before),
    onSettled,
  });
}

export function useDeleteWebhook() {
  const onSettled = useWebhooksChanged();
  return useMutation({
    mutationFn: (id: number) => unwrap(api.DELETE("/api/v1/webhooks/{webhook_id}", pathOf(id))),
    onSettled,
  });
}

export function useRenewSecret() {
  const onSuccess = useWebhooksChanged();
  return useMutation({
    mutationFn: (id: number) => unwrap(api.POST("/api/v1/webhooks/{webhook_id}/secret", pathOf(id))),
    onSuccess,
    gcTime: 0,
  });
}

function useDeliveriesChanged() {
  const client = useQueryClient();
  return (id: number) => client.invalidateQueries({ queryKey: keys.deliveries(id) });
}

/** Send an event of type `webhook.test`; its delivery appears in the list. */
export function useTestWebhook() {
  const changed = useDeliveriesChanged();
  return useMutation({
    mutationFn: (id: number) => unwrap(api.POST("/api/v1/webhooks/{webhook_id}/test", pathOf(id))),
    onSuccess: (_delivery, id) => changed(id),
  });
}

export function useRedeliver() {
  const changed = useDeliveriesChanged();
  return useMutation({
    mutationFn: ({ webhookId, deliveryId }: { readonly webhookId: number; readonly deliveryId: number }) =>
      unwrap(
        api.POST("/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver", {
          params: { path: { webhook_id: webhookId, delivery_id: deliveryId } },
        }),
      ),
    onSuccess: (_delivery, { webhookId }) => changed(webhookId),
  });
}
