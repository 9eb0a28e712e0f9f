export { GalleryPage } from "./gallery-page";
export { TrashPage } from "./trash-page";
