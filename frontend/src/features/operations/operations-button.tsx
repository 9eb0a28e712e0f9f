import { EllipsisVertical } from "lucide-react";
import { useState } from "react";
import { ImageMenu } from "./image-menu";

interface OperationsButtonProps {
  readonly contentId: number;
  /** What the image is called. */
  readonly name: string;
}

/** A round button at the corner of an image that opens the menu of everything that can be done with it. */
export function OperationsButton({ contentId, name }: OperationsButtonProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <button
        type="button"
        className="operations-button"
        aria-label={`Actions for ${name}`}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <EllipsisVertical size={18} aria-hidden />
      </button>
      <ImageMenu contentId={contentId} anchor={anchor} onClose={() => setAnchor(null)} />
    </>
  );
}
