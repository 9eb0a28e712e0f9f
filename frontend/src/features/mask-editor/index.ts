export { MaskDialog } from "./mask-dialog";
