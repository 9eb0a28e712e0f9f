export { ChosenImageView } from "./chosen-image";
export { ImagePicker } from "./image-picker";
export {
  type ChosenImage,
  fileUrl,
  keyOf,
  loadImage,
  nameOf,
  parseReference,
  type Reference,
  thumbnailUrl,
} from "./references";
export { ACCEPTED, uploadImage } from "./uploads";
