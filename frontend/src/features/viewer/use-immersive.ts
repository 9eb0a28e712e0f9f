import { useEffect } from "react";

/** Hide everything around the image while it is immersive: see `data-immersive` in images.css. */
export function useImmersive(isImmersive: boolean): void {
  useEffect(() => {
    if (!isImmersive) return;
    document.body.dataset.immersive = "";
    return () => {
      delete document.body.dataset.immersive;
    };
  }, [isImmersive]);
}
