import Box from "@mui/material/Box";
import type { Content } from "@/api/types";
import { altOf } from "@/features/content";
import { fittedWidth } from "./fitted-width";
import { keepSeekingKeys } from "./player-keys";

/** A player with the first frame as its poster. Generated videos are short: they repeat. */
export function VideoStage({ item }: { readonly item: Content }) {
  return (
    <Box
      component="video"
      controls
      loop
      playsInline
      preload="metadata"
      poster={item.image_url}
      src={item.file_url}
      aria-label={altOf(item)}
      width={item.width}
      height={item.height}
      onKeyDown={keepSeekingKeys}
      sx={{
        display: "block",
        width: fittedWidth(item),
        maxWidth: "100%",
        height: "auto",
        aspectRatio: `${item.width} / ${item.height}`,
        mx: "auto",
        borderRadius: "14px",
        bgcolor: "common.black",
        "&:focus-visible": { outline: "3px solid", outlineColor: "primary.main" },
      }}
    />
  );
}
