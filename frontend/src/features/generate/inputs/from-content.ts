/** Settings for work on an image of the gallery. */
import type { Content } from "@/api/types";
import { type GenerateSettings, settingsOfContent } from "../settings";
import { NO_IMAGES, noExtent, SOURCE_STRENGTH, sourceOf } from "./image-settings";
import { sizeOfSource } from "./source-size";

/** What is done with the source at first: `extend`, or anything else for the whole image. */
export function withSource(current: GenerateSettings, item: Content, edit: string | null): GenerateSettings {
  const settings = item.prompt === "" ? current : settingsOfContent(item, current);
  const source = sourceOf({ content_id: item.id });
  const isExtended = edit === "extend";
  return {
    ...settings,
    ...sizeOfSource(item.width, item.height),
    isSeedLocked: false,
    denoise: isExtended ? 1 : SOURCE_STRENGTH,
    images: {
      ...NO_IMAGES,
      source: isExtended ? { ...source, extend: { ...noExtent(), right: 256 } } : source,
    },
  };
}

/** Add the image to the references, unless it is one of them. */
export function withReference(current: GenerateSettings, item: Content): GenerateSettings {
  const { images } = current;
  const others = images.references.filter(({ image }) => image.content_id !== item.id);
  const references = [...others, { image: { content_id: item.id }, strength: 1 }];
  return { ...current, images: { ...images, references } };
}
