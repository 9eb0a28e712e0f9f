export { ARCHITECTURES, architectureName } from "./architectures";
export { CheckpointSelect } from "./checkpoint-select";
export {
  canBeNamed,
  type EmbeddingLength,
  fileOfName,
  lengthOf,
  nameInPrompt,
  nameOfFile,
  vectorsIn,
} from "./embedding-names";
export { familyOf, type ModelFamily } from "./families";
export type { LoraChoice } from "./lora-field";
export { LoraPicker } from "./lora-picker";
export { lorasInPrompt, withoutLoraTags } from "./lora-tags";
export { matchLoras, type NamedLora } from "./match-models";
export { MismatchNotice } from "./mismatch-notice";
export { ModelOption } from "./model-option";
export { ModelSelect } from "./model-select";
export { checkpointsQuery, modelsOfKindQuery, samplingOptionsQuery } from "./queries";
