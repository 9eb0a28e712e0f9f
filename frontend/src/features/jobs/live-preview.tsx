import Box from "@mui/material/Box";
import type { Job } from "@/api/types";
import { usePreviews } from "./stream";
import { useLiveRun } from "./use-feed";

/** Live preview of a running job, in the slot of its image. */
export function LivePreview({ job }: { readonly job: Pick<Job, "id" | "width" | "height"> }) {
  usePreviews();
  const preview = useLiveRun(job.id)?.preview ?? null;
  return (
    <Box
      sx={{
        position: "relative",
        aspectRatio: `${job.width} / ${job.height}`,
        overflow: "hidden",
        bgcolor: "action.hover",
      }}
    >
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
      {preview === null ? null : (
        <Box
          component="img"
          src={preview}
          alt="Live preview"
          sx={{ position: "absolute", inset: 0, width: "100%", height: "100%", objectFit: "cover" }}
        />
      )}
    </Box>
  );
}
