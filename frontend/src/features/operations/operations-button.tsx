import IconButton from "@mui/material/IconButton";
import type { SxProps, Theme } from "@mui/material/styles";
import { WandSparkles } from "lucide-react";
import { useState } from "react";
import { OperationsMenu } from "./operations-menu";

interface OperationsButtonProps {
  readonly contentId: number;
  /** What the image is called. */
  readonly name: string;
  readonly className?: string;
  readonly sx?: SxProps<Theme>;
}

/** A round button on an image that opens the menu of operations. */
export function OperationsButton({ contentId, name, className, sx }: OperationsButtonProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <IconButton
        size="small"
        aria-label={`Make from ${name}`}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
        {...(className === undefined ? {} : { className })}
        {...(sx === undefined ? {} : { sx })}
      >
        <WandSparkles size={18} aria-hidden />
      </IconButton>
      <OperationsMenu contentId={contentId} anchor={anchor} onClose={() => setAnchor(null)} />
    </>
  );
}

/** Style of the button on an image of any colour. */
export const onImage = {
  position: "absolute",
  top: 6,
  right: 6,
  p: 0.75,
  color: "#fff",
  bgcolor: "rgba(0, 0, 0, 0.45)",
  transition: "opacity 120ms",
  "&:hover": { bgcolor: "rgba(0, 0, 0, 0.65)" },
} as const;
