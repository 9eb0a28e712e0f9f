import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from "react";
import type { Notification } from "@/api/types";
import { type Liveness, SocketClient } from "@/lib/socket";
import { applyFrame, isNotificationFrame } from "./overview-reducer";
import { invalidateLists, type Overview, overviewQuery } from "./queries";

const StreamContext = createContext<SocketClient | null>(null);

interface NotificationStreamProps {
  readonly children: ReactNode;
  readonly onArrived: (notification: Notification) => void;
  readonly onUnauthenticated: () => void;
}

/** Keeps the state of the bell current while a user is logged in. */
export function NotificationStream({ children, onArrived, onUnauthenticated }: NotificationStreamProps) {
  const client = useQueryClient();
  const socket = useMemo(
    () =>
      new SocketClient({
        path: "/ws/notifications",
        onFrame: (frame) => {
          client.setQueryData<Overview>(overviewQuery.queryKey, (before) => applyFrame(before, frame));
          if (frame.type !== "snapshot") invalidateLists(client);
          if (isNotificationFrame(frame)) onArrived(frame);
        },
        onGap: () => invalidateLists(client),
        onRefused: (refusal) => (refusal === "unauthenticated" ? onUnauthenticated() : undefined),
      }),
    [client, onArrived, onUnauthenticated],
  );
  useEffect(() => {
    socket.retain();
    return socket.close;
  }, [socket]);
  return <StreamContext value={socket}>{children}</StreamContext>;
}

const noSubscription = () => () => undefined;

export function useNotificationLiveness(): Liveness {
  const socket = useContext(StreamContext);
  return useSyncExternalStore(
    socket?.subscribe ?? noSubscription,
    socket?.liveness ?? (() => "off" as const),
  );
}
