import Box from "@mui/material/Box";
import { type CSSProperties, memo } from "react";
import type { Job } from "@/api/types";
import { usePreviews } from "./stream";
import { useLiveRun } from "./use-feed";

interface LivePreviewProps {
  readonly job: Pick<Job, "id" | "width" | "height">;
}

/** Live preview of a running job, in the slot of its image. */
export function LivePreview({ job: { id, width, height } }: LivePreviewProps) {
  usePreviews();
  return <Slot id={id} aspectRatio={`${width} / ${height}`} />;
}

interface SlotProps {
  readonly id: number;
  readonly aspectRatio: string;
}

/** The space of the image; not drawn again when a preview arrives. */
const Slot = memo(function Slot({ id, aspectRatio }: SlotProps) {
  return (
    <Box sx={{ position: "relative", aspectRatio, overflow: "hidden", bgcolor: "action.hover" }}>
      <Box
        sx={{
          position: "absolute",
          inset: 0,
          // Animating only the transform causes no repaint.
          "@keyframes drift": {
            from: { transform: "translateX(-100%)" },
            to: { transform: "translateX(100%)" },
          },
          background: (theme) =>
            `linear-gradient(110deg, transparent 20%, ${theme.vars?.palette.action.selected} 50%, transparent 80%)`,
          animation: "drift 2.4s linear infinite",
        }}
      />
      <Newest id={id} />
    </Box>
  );
});

const covering: CSSProperties = {
  position: "absolute",
  inset: 0,
  width: "100%",
  height: "100%",
  objectFit: "cover",
};

/** The newest preview. */
function Newest({ id }: Pick<SlotProps, "id">) {
  const preview = useLiveRun(id)?.preview ?? null;
  return preview === null ? null : <img src={preview} alt="Live preview" decoding="async" style={covering} />;
}
