import { WandSparkles } from "lucide-react";
import { useState } from "react";
import { OperationsMenu } from "./operations-menu";

interface OperationsButtonProps {
  readonly contentId: number;
  /** What the image is called. */
  readonly name: string;
}

/** A round button at the corner of an image that opens the menu of operations. */
export function OperationsButton({ contentId, name }: OperationsButtonProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <button
        type="button"
        className="operations-button"
        aria-label={`Make from ${name}`}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <WandSparkles size={18} aria-hidden />
      </button>
      <OperationsMenu contentId={contentId} anchor={anchor} onClose={() => setAnchor(null)} />
    </>
  );
}
