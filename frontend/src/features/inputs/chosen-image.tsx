import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import { X } from "lucide-react";
import { Tooltip } from "@/ui/tooltip";
import { nameOf, type Reference, thumbnailUrl } from "./references";

interface ChosenImageProps {
  readonly image: Reference;
  readonly removeLabel: string;
  readonly onRemove: () => void;
}

/** A small view of a chosen image, with a button that removes it. */
export function ChosenImageView({ image, removeLabel, onRemove }: ChosenImageProps) {
  return (
    <Box sx={{ position: "relative", width: 88, height: 88, flex: "none" }}>
      <Box
        component="img"
        src={thumbnailUrl(image)}
        alt={nameOf(image)}
        sx={{
          width: "100%",
          height: "100%",
          objectFit: "cover",
          borderRadius: "8px",
          bgcolor: "action.hover",
        }}
      />
      <Tooltip title={removeLabel}>
        <IconButton
          size="small"
          aria-label={removeLabel}
          onClick={onRemove}
          sx={{
            position: "absolute",
            top: -10,
            right: -10,
            bgcolor: "background.paper",
            border: 1,
            borderColor: "divider",
            "&:hover": { bgcolor: "background.paper" },
          }}
        >
          <X size={14} aria-hidden />
        </IconButton>
      </Tooltip>
    </Box>
  );
}
