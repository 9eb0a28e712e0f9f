import { type ReactNode, useState } from "react";
import { OperationsButton } from "./operations-button";

interface WithOperationsProps {
  /** Id of the image; null if there is none. */
  readonly contentId: number | null;
  /** What the image is called. */
  readonly name: string;
  readonly children: ReactNode;
  /** The image is so small that a large button would cover it. */
  readonly isSmall?: boolean;
}

const hasNoHover = (): boolean => window.matchMedia("(hover: none)").matches;

/**
 * An image of a list with the menu of operations. The button is drawn once the pointer or the focus is on
 * it, on large images of touch screens at once.
 */
export function WithOperations({ contentId, name, children, isSmall = false }: WithOperationsProps) {
  const [isUsed, setIsUsed] = useState(() => !isSmall && hasNoHover());
  const use = () => setIsUsed(true);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: notes that the image is used, and does nothing
    <div className="with-operations" data-small={isSmall || undefined} onPointerEnter={use} onFocus={use}>
      {children}
      {isUsed && contentId !== null ? <OperationsButton contentId={contentId} name={name} /> : null}
    </div>
  );
}
