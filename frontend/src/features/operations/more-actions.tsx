import IconButton from "@mui/material/IconButton";
import { EllipsisVertical } from "lucide-react";
import { useState } from "react";
import { Tooltip } from "@/ui/tooltip";
import { ImageMenu } from "./image-menu";

interface MoreActionsProps {
  readonly contentId: number;
  readonly label?: string;
}

/** The button of a toolbar that opens the menu that images have everywhere. */
export function MoreActions({ contentId, label = "More actions" }: MoreActionsProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Tooltip title={label}>
        <IconButton
          aria-label={label}
          aria-haspopup="menu"
          onClick={(event) => setAnchor(event.currentTarget)}
        >
          <EllipsisVertical size={20} aria-hidden />
        </IconButton>
      </Tooltip>
      <ImageMenu contentId={contentId} anchor={anchor} onClose={() => setAnchor(null)} />
    </>
  );
}
