import Box from "@mui/material/Box";
import { useState } from "react";
import type { Content } from "@/api/types";
import { altOf } from "@/features/content";
import { fileUrl } from "@/features/inputs";
import { SplitLine } from "@/ui/split-line";

interface ComparisonProps {
  readonly item: Content;
  /** Id of the image that it was made from. */
  readonly parentId: number;
}

/** The image over its source: a slider moves the line between them. */
export function Comparison({ item, parentId }: ComparisonProps) {
  const [percent, setPercent] = useState(50);
  const layer = {
    position: "absolute",
    inset: 0,
    width: "100%",
    height: "100%",
    objectFit: "cover",
  } as const;
  return (
    <Box
      sx={{
        position: "relative",
        width: `min(${item.width * 2}px, calc((100dvh - 150px) * ${(item.width / item.height).toFixed(4)}))`,
        maxWidth: "100%",
        mx: "auto",
        aspectRatio: `${item.width} / ${item.height}`,
        borderRadius: "14px",
        overflow: "hidden",
        bgcolor: "action.hover",
      }}
    >
      <Box
        component="img"
        src={fileUrl({ content_id: parentId })}
        alt="Before"
        draggable={false}
        sx={layer}
      />
      <Box
        component="img"
        src={item.image_url}
        alt={altOf(item)}
        draggable={false}
        style={{ clipPath: `inset(0 0 0 ${percent}%)` }}
        sx={layer}
      />
      <SplitLine percent={percent} />
      <Box
        component="input"
        type="range"
        min={0}
        max={100}
        step={1}
        value={percent}
        aria-label="Before and after"
        aria-valuetext={`${percent} % before`}
        onChange={(event: { readonly currentTarget: HTMLInputElement }) =>
          setPercent(Number(event.currentTarget.value))
        }
        sx={{
          position: "absolute",
          inset: 0,
          width: "100%",
          height: "100%",
          m: 0,
          opacity: 0,
          cursor: "ew-resize",
          "&:focus-visible": { opacity: 0.25 },
        }}
      />
    </Box>
  );
}
