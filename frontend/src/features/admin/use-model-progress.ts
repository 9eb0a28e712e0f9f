import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type Frame, SocketClient } from "@/lib/socket";
import { type ModelProgress, reduceProgress } from "./model-progress";

export type { ModelProgress } from "./model-progress";

/** Return the progress of a refresh or of hashing, from `/ws/models`; refetches the models afterwards. */
export function useModelProgress(): ModelProgress | null {
  const client = useQueryClient();
  const [progress, setProgress] = useState<ModelProgress | null>(null);
  useEffect(() => {
    const refetchModels = () => void client.invalidateQueries({ queryKey: ["models"] });
    const socket = new SocketClient({
      path: "/ws/models",
      onFrame: (frame: Frame) => {
        setProgress((before) => reduceProgress(before, frame));
        if (frame.type === "changed") refetchModels();
      },
      onGap: refetchModels,
    });
    socket.retain();
    return socket.close;
  }, [client]);
  return progress;
}
