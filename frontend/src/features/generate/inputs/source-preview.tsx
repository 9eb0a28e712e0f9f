import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { fileUrl, nameOf } from "@/features/inputs";
import type { SourceChoice } from "./image-settings";

interface SourcePreviewProps {
  readonly source: SourceChoice;
  /** Size of the result in pixels. */
  readonly width: number;
  readonly height: number;
}

const FITS = { crop: "cover", fit: "contain", stretch: "fill" } as const;

/** The source as it is used: cut, padded or stretched to the size of the result, with its mask. */
export function SourcePreview({ source, width, height }: SourcePreviewProps) {
  const objectFit = FITS[source.resize];
  const layer = { position: "absolute", inset: 0, width: "100%", height: "100%", objectFit } as const;
  return (
    <Box component="figure" sx={{ m: 0, display: "grid", justifyItems: "center", gap: 0.5 }}>
      <Box
        sx={{
          position: "relative",
          width: `min(100%, calc(260px * ${width} / ${height}))`,
          aspectRatio: `${width} / ${height}`,
          borderRadius: "10px",
          overflow: "hidden",
          bgcolor: "action.hover",
        }}
      >
        <Box component="img" src={fileUrl(source.image)} alt={nameOf(source.image)} sx={layer} />
        {source.mask === null ? null : (
          <Box
            component="img"
            src={fileUrl(source.mask)}
            alt="Mask"
            sx={{ ...layer, mixBlendMode: "screen", opacity: 0.65 }}
          />
        )}
      </Box>
      <Typography component="figcaption" variant="caption" sx={{ color: "text.secondary" }}>
        {width} × {height} px
        {source.mask === null ? "" : " · only the light part is made anew"}
      </Typography>
    </Box>
  );
}
