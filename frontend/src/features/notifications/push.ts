/** Push notifications of this browser, which arrive also while no page of the app is open. */
import { api, unwrap } from "@/api/client";
import { hasServiceWorker, pushSubscription } from "@/lib/service-worker";

export const canPush = (): boolean =>
  import.meta.env.PROD && hasServiceWorker() && "PushManager" in window && "Notification" in window;

/** Return whether this browser is subscribed. */
export const isPushOn = async (): Promise<boolean> => (await pushSubscription()) !== null;

/** Subscribe this browser; returns false if the user or the browser does not permit it. */
export async function turnPushOn(): Promise<boolean> {
  if ((await Notification.requestPermission()) !== "granted") return false;
  const { public_key: key } = await unwrap(api.GET("/api/v1/push/key"));
  const registration = await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: key,
  });
  const { endpoint = "", keys = {} } = subscription.toJSON();
  const body = { endpoint, keys: { p256dh: keys.p256dh ?? "", auth: keys.auth ?? "" } };
  try {
    await unwrap(api.POST("/api/v1/push/subscriptions", { body }));
  } catch (error) {
    await subscription.unsubscribe();
    throw error;
  }
  return true;
}

export async function turnPushOff(): Promise<void> {
  const subscription = await pushSubscription();
  if (subscription === null) return;
  const { items } = await unwrap(api.GET("/api/v1/push/subscriptions"));
  await subscription.unsubscribe();
  const stored = items.find(({ endpoint }) => endpoint === subscription.endpoint);
  if (stored === undefined) return;
  const params = { path: { subscription_id: stored.id } };
  await unwrap(api.DELETE("/api/v1/push/subscriptions/{subscription_id}", { params }));
}

export const testPush = () => unwrap(api.POST("/api/v1/push/test"));
