import Box from "@mui/material/Box";
import { useEffect, useRef } from "react";
import { loadImage, type Reference, thumbnailUrl } from "@/features/inputs";
import { edgesOf } from "./edges";

/** Edge of the preview in pixels. */
const EDGE_PX = 176;

/** Shows about what the edge detection of ComfyUI finds in an image. */
export function EdgePreview({ image }: { readonly image: Reference }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let isCurrent = true;
    const draw = async () => {
      const source = await loadImage(thumbnailUrl(image));
      const target = canvas.current;
      const context = target?.getContext("2d", { willReadFrequently: true });
      if (!isCurrent || !target || !context) return;
      const scale = EDGE_PX / Math.max(source.naturalWidth, source.naturalHeight);
      target.width = Math.max(3, Math.round(source.naturalWidth * scale));
      target.height = Math.max(3, Math.round(source.naturalHeight * scale));
      context.drawImage(source, 0, 0, target.width, target.height);
      const pixels = context.getImageData(0, 0, target.width, target.height);
      edgesOf(pixels.data, target.width, target.height);
      context.putImageData(pixels, 0, 0);
    };
    // Without a preview the layer still works.
    draw().catch(() => undefined);
    return () => {
      isCurrent = false;
    };
  }, [image]);
  return (
    <Box
      component="canvas"
      ref={canvas}
      role="img"
      aria-label="Edges of the image, approximately"
      sx={{ height: 88, borderRadius: "8px", bgcolor: "#000" }}
    />
  );
}
