export { ARCHITECTURES, architectureName } from "./architectures";
export { CheckpointSelect } from "./checkpoint-select";
export { familyOf, type ModelFamily } from "./families";
export type { LoraChoice } from "./lora-field";
export { LoraPicker } from "./lora-picker";
export { MismatchNotice } from "./mismatch-notice";
export { ModelOption } from "./model-option";
export { ModelSelect } from "./model-select";
export { checkpointsQuery, modelsOfKindQuery, samplingOptionsQuery } from "./queries";
