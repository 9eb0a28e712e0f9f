export { FITTED, fullView, isFitted, type View } from "./view";
export { ZoomFrame } from "./zoom-frame";
