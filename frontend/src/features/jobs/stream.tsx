import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from "react";
import type { Job } from "@/api/types";
import { type Liveness, SocketClient } from "@/lib/socket";
import { createJobCacheWriter } from "./cache-writer";

const StreamContext = createContext<SocketClient | null>(null);

interface JobStreamProviderProps {
  readonly children: ReactNode;
  readonly onEnded: (job: Job) => void;
  readonly onUnauthenticated: () => void;
}

/** Owns the one connection to `/ws/jobs`; it is open while a mounted component watches jobs. */
export function JobStreamProvider({ children, onEnded, onUnauthenticated }: JobStreamProviderProps) {
  const client = useQueryClient();
  const { socket, writer } = useMemo(() => {
    const writer = createJobCacheWriter(client, onEnded);
    const socket = new SocketClient({
      path: "/ws/jobs?previews=1",
      onFrame: writer.receive,
      onGap: writer.refetch,
      onRefused: (refusal) => (refusal === "unauthenticated" ? onUnauthenticated() : undefined),
    });
    return { socket, writer };
  }, [client, onEnded, onUnauthenticated]);
  useEffect(
    () => () => {
      socket.close();
      writer.dispose();
    },
    [socket, writer],
  );
  return <StreamContext value={socket}>{children}</StreamContext>;
}

const noSubscription = () => () => undefined;

/** How up to date what is shown of jobs is; does not open the connection. */
export function useJobLiveness(): Liveness {
  const socket = useContext(StreamContext);
  return useSyncExternalStore(
    socket?.subscribe ?? noSubscription,
    socket?.liveness ?? (() => "off" as const),
  );
}

/** Keep jobs current while the component is mounted. */
export function useJobStream(): Liveness {
  const socket = useContext(StreamContext);
  useEffect(() => socket?.retain(), [socket]);
  return useJobLiveness();
}
