import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { SharedItem } from "@/api/types";
import { hasPicture, kindOf } from "@/features/content";
import { nameOf } from "./shared-tile";

const fitted = { flex: 1, minHeight: 0, width: "100%", objectFit: "contain", px: { sm: 2 }, pb: 2 } as const;

/** The image, the player or the name of the type of one item, as far as the link shows it. */
export function SharedStage({ item }: { readonly item: SharedItem }) {
  const { content_type: type, file_url: file, image_url: image } = item;
  if (type === "video" && file !== null) {
    return (
      <Box
        component="video"
        controls
        loop
        playsInline
        preload="metadata"
        poster={image}
        src={file}
        aria-label={nameOf(item)}
        sx={fitted}
      />
    );
  }
  const isShown = type === "image" || (type === "audio" && file !== null);
  return (
    <>
      {hasPicture(type) ? <Box component="img" src={image} alt={nameOf(item)} sx={fitted} /> : null}
      {type === "audio" && file !== null ? (
        <Box
          component="audio"
          controls
          preload="metadata"
          src={file}
          aria-label={nameOf(item)}
          sx={{ flexShrink: 0, width: "100%", px: 2, pb: 2 }}
        />
      ) : null}
      {isShown ? null : (
        <Typography
          sx={{ m: hasPicture(type) ? 0 : "auto", px: 3, pb: 2.5, textAlign: "center", color: "#d8d3d6" }}
        >
          {`${kindOf(type).label}: ${file === null ? "this link does not include the file." : "download it to open it."}`}
        </Typography>
      )}
    </>
  );
}
