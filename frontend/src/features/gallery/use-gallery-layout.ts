import { useLayoutChoice } from "@/lib/use-layout-choice";

/** Return the layout of the gallery and the trash, which share one choice, and its setter. */
export const useGalleryLayout = () => useLayoutChoice("gallery-layout");
