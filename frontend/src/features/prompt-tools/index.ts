export { PromptTools } from "./lazy-prompt-tools";
export { type AppliedStyle, isStyle, styled } from "./styles";
