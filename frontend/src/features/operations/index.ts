export { BatchOperations } from "./batch-operations";
export { FavouriteButton } from "./favourite-button";
export { ImageMenu, type Point } from "./image-menu";
export { MoreActions } from "./more-actions";
export { OperationsButton } from "./operations-button";
export { OperationsMenu } from "./operations-menu";
export { useBeforeRemoval, useRemove } from "./use-remove";
export { WithOperations } from "./with-operations";
