import Box from "@mui/material/Box";
import { useState } from "react";
import type { Content } from "@/api/types";
import { altOf, sourcesOf } from "@/features/content";
import { type View, ZoomFrame } from "@/features/viewer/zoom";
import { SplitLine } from "@/ui/split-line";

interface SliderViewProps {
  readonly first: Content;
  readonly second: Content;
  readonly view: View;
  readonly onView: (view: View) => void;
}

/** One image over the other; a slider moves the line between them. */
export function SliderView({ first, second, view, onView }: SliderViewProps) {
  const [percent, setPercent] = useState(50);
  const frame = { position: "absolute", inset: 0, borderRadius: "14px" } as const;
  return (
    <Box>
      <Box
        sx={{
          position: "relative",
          height: { xs: "52dvh", md: "62dvh" },
          borderRadius: "14px",
        }}
      >
        <ZoomFrame
          src={first.image_url}
          srcSet={sourcesOf(first).srcSet}
          alt={altOf(first)}
          image={first}
          view={view}
          onView={onView}
          label={`Compared 1: ${altOf(first)}`}
          sx={{ ...frame, bgcolor: "background.paper" }}
        />
        {/* The second image has the size of the first one, and is cut off at the line. */}
        <Box style={{ clipPath: `inset(0 0 0 ${percent}%)` }} sx={{ ...frame, overflow: "hidden" }}>
          <ZoomFrame
            src={second.image_url}
            srcSet={sourcesOf(second).srcSet}
            alt={altOf(second)}
            image={first}
            view={view}
            onView={onView}
            imageStyle={{ objectFit: "cover" }}
            label={`Compared 2: ${altOf(second)}`}
            sx={{ ...frame, bgcolor: "background.paper" }}
          />
        </Box>
        <SplitLine percent={percent} onMove={setPercent} />
      </Box>
      <Box
        component="input"
        type="range"
        min={0}
        max={100}
        step={1}
        value={percent}
        aria-label="Line between the images"
        aria-valuetext={`${percent} % of the first image`}
        onInput={(event: { readonly currentTarget: HTMLInputElement }) =>
          setPercent(Number(event.currentTarget.value))
        }
        sx={{
          display: "block",
          width: "100%",
          height: 44,
          mt: 0.5,
          accentColor: "var(--mui-palette-primary-main)",
        }}
      />
    </Box>
  );
}
