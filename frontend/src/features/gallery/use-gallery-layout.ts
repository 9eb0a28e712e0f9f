import { useLayoutChoice } from "@/lib/use-layout-choice";

/** One choice for the gallery and its trash. */
export const useGalleryLayout = () => useLayoutChoice("gallery-layout");
