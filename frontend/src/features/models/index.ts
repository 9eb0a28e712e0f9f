export { ARCHITECTURES, architectureName } from "./architectures";
export { CheckpointSelect } from "./checkpoint-select";
export { familyOf, type ModelFamily } from "./families";
export type { LoraChoice } from "./lora-field";
export { LoraPicker } from "./lora-picker";
export { ModelOption } from "./model-option";
export { checkpointsQuery, samplingOptionsQuery } from "./queries";
