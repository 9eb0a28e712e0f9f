import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Typography from "@mui/material/Typography";
import { ChevronLeft, ChevronRight, Download, X } from "lucide-react";
import type { KeyboardEvent } from "react";
import type { SharedItem } from "@/api/types";
import { hasPicture } from "@/features/content";
import { Dialog } from "@/ui/overlays";
import { SharedStage } from "./shared-stage";
import { nameOf } from "./shared-tile";

interface LightboxProps {
  readonly items: readonly SharedItem[];
  /** The image that is shown; null while none is. */
  readonly id: number | null;
  readonly onId: (id: number | null) => void;
}

/** The file that visitors get; a first frame or a waveform if the link does not include the file. */
const downloadOf = ({ content_type: type, image_url: image, file_url: file }: SharedItem) =>
  type === "image" ? image : (file ?? (hasPicture(type) ? image : null));

const white = { color: "#fff" } as const;

/** One image on a dark page; the arrow keys show the one before and the one after. */
export function Lightbox({ items, id, onId }: LightboxProps) {
  const place = items.findIndex((one) => one.id === id);
  const item = items[place];
  const download = item === undefined ? null : downloadOf(item);
  const go = (step: number) => {
    const other = items[place + step];
    if (other !== undefined) onId(other.id);
  };
  const onKeyDown = ({ key, target }: KeyboardEvent) => {
    // The player seeks by these keys.
    if (target instanceof HTMLMediaElement) return;
    if (key === "ArrowLeft") go(-1);
    if (key === "ArrowRight") go(1);
  };
  return (
    <Dialog
      open={item !== undefined}
      onClose={() => onId(null)}
      fullScreen
      onKeyDown={onKeyDown}
      slotProps={{
        paper: {
          "aria-label": item === undefined ? "Image" : nameOf(item),
          sx: { bgcolor: "#0b0a0c", backgroundImage: "none" },
        },
      }}
    >
      {item === undefined ? null : (
        <>
          <Box sx={{ display: "flex", alignItems: "center", gap: 0.5, p: 1, ...white }}>
            <Typography noWrap sx={{ flex: 1, minWidth: 0, px: 1, fontWeight: 600 }}>
              {item.title ?? `${place + 1} of ${items.length}`}
            </Typography>
            <IconButton aria-label="Previous" disabled={place === 0} onClick={() => go(-1)} sx={white}>
              <ChevronLeft size={22} aria-hidden />
            </IconButton>
            <IconButton
              aria-label="Next"
              disabled={place === items.length - 1}
              onClick={() => go(1)}
              sx={white}
            >
              <ChevronRight size={22} aria-hidden />
            </IconButton>
            {download === null ? null : (
              <IconButton aria-label="Download" component="a" href={download} download sx={white}>
                <Download size={20} aria-hidden />
              </IconButton>
            )}
            <IconButton aria-label="Close" onClick={() => onId(null)} sx={white}>
              <X size={22} aria-hidden />
            </IconButton>
          </Box>
          <SharedStage key={item.id} item={item} />
          {item.prompt ? (
            <Typography
              variant="body2"
              dir="auto"
              sx={{ px: 3, pb: 2.5, maxHeight: "18dvh", overflowY: "auto", color: "#d8d3d6" }}
            >
              {item.prompt}
            </Typography>
          ) : null}
        </>
      )}
    </Dialog>
  );
}
