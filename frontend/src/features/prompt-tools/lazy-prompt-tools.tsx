import { lazyPart } from "@/lib/code";
import type { PromptToolsProps } from "./prompt-tools";

/** The tools below the prompt; their code is loaded after the form is shown. */
export const PromptTools = lazyPart<PromptToolsProps>(
  async () => (await import("./prompt-tools")).PromptTools,
  { Loading: () => <div style={{ height: 38 }} /> },
);
