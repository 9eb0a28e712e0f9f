import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type Frame, SocketClient } from "@/lib/socket";
import { type ModelProgress, reduceProgress } from "./model-progress";

export type { ModelProgress } from "./model-progress";

/** How far a refresh or the hashing is, as `/ws/models` tells; reads the lists again afterwards. */
export function useModelProgress(): ModelProgress | null {
  const client = useQueryClient();
  const [progress, setProgress] = useState<ModelProgress | null>(null);
  useEffect(() => {
    const invalidateJobs = () => void client.invalidateQueries({ queryKey: ["models"] });
    const socket = new SocketClient({
      path: "/ws/models",
      onFrame: (frame: Frame) => {
        setProgress((before) => reduceProgress(before, frame));
        if (frame.type === "changed") invalidateJobs();
      },
      onGap: invalidateJobs,
    });
    socket.retain();
    return socket.close;
  }, [client]);
  return progress;
}
