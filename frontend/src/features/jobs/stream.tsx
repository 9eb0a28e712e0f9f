import { notifyManager, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from "react";
import { type Liveness, SocketClient } from "@/lib/socket";
import { applyPreview, createJobCacheWriter, type JobEnded } from "./cache-writer";
import { createFrameQueue } from "./frame-queue";
import { isPreviewFrame } from "./frames";
import { liveRunsOf } from "./live-runs";

interface Streams {
  readonly jobs: SocketClient;
  /** A second connection, which also sends previews; open while any is shown. */
  readonly previews: SocketClient;
}

const StreamContext = createContext<Streams | null>(null);

interface JobStreamProviderProps {
  readonly children: ReactNode;
  readonly onEnded: JobEnded;
  readonly onUnauthenticated: () => void;
  /** Called after a reconnect: jobs may have ended meanwhile. */
  readonly onReconnected: () => void;
}

/**
 * Owns the connections to `/ws/jobs`: one for jobs, open while a mounted component uses `useJobStream`, and
 * one for the previews of all jobs, open while any is shown.
 */
export function JobStreamProvider(props: JobStreamProviderProps) {
  const { children, onEnded, onUnauthenticated, onReconnected } = props;
  const client = useQueryClient();
  const { streams, close } = useMemo(() => {
    const writer = createJobCacheWriter(client, onEnded);
    const queue = createFrameQueue((frames) =>
      notifyManager.batch(() => {
        for (const frame of frames) {
          if (isPreviewFrame(frame)) applyPreview(client, frame);
          else writer.receive(frame);
        }
      }),
    );
    const jobs = new SocketClient({
      path: "/ws/jobs",
      onFrame: queue.push,
      onGap: () => {
        writer.refetch();
        onReconnected();
      },
      onRefused: (refusal) => (refusal === "unauthenticated" ? onUnauthenticated() : undefined),
    });
    const previews = new SocketClient({
      path: "/ws/jobs?previews=1",
      onFrame: (frame) => (isPreviewFrame(frame) ? queue.push(frame) : undefined),
      onGap: () => undefined,
    });
    const close = () => {
      jobs.close();
      previews.close();
      queue.dispose();
      writer.dispose();
      liveRunsOf(client).clear();
    };
    return { streams: { jobs, previews }, close };
  }, [client, onEnded, onUnauthenticated, onReconnected]);
  useEffect(() => close, [close]);
  return <StreamContext value={streams}>{children}</StreamContext>;
}

/** Receive the previews of running jobs while the component is mounted. */
export function usePreviews(): void {
  const previews = useContext(StreamContext)?.previews;
  useEffect(() => previews?.retain(), [previews]);
}

const noSubscription = () => () => undefined;

/** Return the state of the job stream, without opening the connection. */
export function useJobLiveness(): Liveness {
  const socket = useContext(StreamContext)?.jobs;
  return useSyncExternalStore(
    socket?.subscribe ?? noSubscription,
    socket?.liveness ?? (() => "off" as const),
  );
}

/** Keep jobs up to date while the component is mounted. */
export function useJobStream(): Liveness {
  const socket = useContext(StreamContext)?.jobs;
  useEffect(() => socket?.retain(), [socket]);
  return useJobLiveness();
}
