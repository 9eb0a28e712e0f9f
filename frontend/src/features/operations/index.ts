export { BatchOperations } from "./batch-operations";
export { OperationsButton, onImage as onImageButton } from "./operations-button";
export { OperationsMenu } from "./operations-menu";
