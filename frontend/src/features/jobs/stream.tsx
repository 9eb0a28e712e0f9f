import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from "react";
import { type Liveness, SocketClient } from "@/lib/socket";
import { applyPreview, createJobCacheWriter, type JobEnded } from "./cache-writer";
import { isPreviewFrame } from "./frames";

const StreamContext = createContext<SocketClient | null>(null);

interface JobStreamProviderProps {
  readonly children: ReactNode;
  readonly onEnded: JobEnded;
  readonly onUnauthenticated: () => void;
  /** Called after a reconnect: jobs may have ended meanwhile. */
  readonly onReconnected: () => void;
}

/** Owns the only connection to `/ws/jobs`; it is open while a mounted component uses `useJobStream`. */
export function JobStreamProvider(props: JobStreamProviderProps) {
  const { children, onEnded, onUnauthenticated, onReconnected } = props;
  const client = useQueryClient();
  const { socket, writer } = useMemo(() => {
    const writer = createJobCacheWriter(client, onEnded);
    const socket = new SocketClient({
      path: "/ws/jobs",
      onFrame: writer.receive,
      onGap: () => {
        writer.refetch();
        onReconnected();
      },
      onRefused: (refusal) => (refusal === "unauthenticated" ? onUnauthenticated() : undefined),
    });
    return { socket, writer };
  }, [client, onEnded, onUnauthenticated, onReconnected]);
  useEffect(
    () => () => {
      socket.close();
      writer.dispose();
    },
    [socket, writer],
  );
  return <StreamContext value={socket}>{children}</StreamContext>;
}

const noop = () => undefined;

/** Receive the previews of a running job while the component is mounted. */
export function usePreviews(jobId: number): void {
  const client = useQueryClient();
  useEffect(() => {
    const socket = new SocketClient({
      path: `/ws/jobs/${jobId}?previews=1`,
      onFrame: (frame) => (isPreviewFrame(frame) ? applyPreview(client, frame) : undefined),
      onGap: noop,
    });
    socket.retain();
    return socket.close;
  }, [client, jobId]);
}

const noSubscription = () => () => undefined;

/** Return the state of the job stream, without opening the connection. */
export function useJobLiveness(): Liveness {
  const socket = useContext(StreamContext);
  return useSyncExternalStore(
    socket?.subscribe ?? noSubscription,
    socket?.liveness ?? (() => "off" as const),
  );
}

/** Keep jobs up to date while the component is mounted. */
export function useJobStream(): Liveness {
  const socket = useContext(StreamContext);
  useEffect(() => socket?.retain(), [socket]);
  return useJobLiveness();
}
