export { BatchOperations } from "./batch-operations";
export { OperationsButton } from "./operations-button";
export { OperationsMenu } from "./operations-menu";
export { WithOperations } from "./with-operations";
