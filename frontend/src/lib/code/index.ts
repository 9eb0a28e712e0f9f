export { lazyOnOpen, lazyPart, preloadParts } from "./part";
