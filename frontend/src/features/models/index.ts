export { CheckpointSelect } from "./checkpoint-select";
export { familyOf, type ModelFamily } from "./families";
export { type LoraChoice, LoraPicker } from "./lora-picker";
export { checkpointsQuery, samplingOptionsQuery } from "./queries";
