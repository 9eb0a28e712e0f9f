import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import {
  lorasInPrompt,
  matchLoras,
  modelsOfKindQuery,
  type NamedLora,
  withoutLoraTags,
} from "@/features/models";
import type { PromptState } from "./prompt-tools";
import { usePromptText } from "./use-prompt-text";

interface LoraTagNoticeProps {
  readonly get: () => PromptState;
  readonly subscribe: (listener: () => void) => () => void;
  /** Called with the prompt without the tags, and the LoRAs that the servers have. */
  readonly onUse: (prompt: string, loras: readonly NamedLora[]) => void;
}

const promptOf = ({ prompt }: PromptState): string => prompt;

/** Offers to add the LoRAs that the prompt names as tags: ComfyUI would read the tags as words. */
export function LoraTagNotice({ get, subscribe, onUse }: LoraTagNoticeProps) {
  const prompt = usePromptText(get, subscribe, promptOf);
  const named = lorasInPrompt(prompt);
  const models = useQuery({ ...modelsOfKindQuery("lora"), enabled: named.length > 0 }).data;
  if (named.length === 0 || models === undefined) return null;
  const { found, missing } = matchLoras(models, named);
  return (
    <Alert
      severity="warning"
      sx={{ py: 0 }}
      action={
        <Button
          color="inherit"
          size="small"
          sx={{ whiteSpace: "nowrap" }}
          onClick={() => onUse(withoutLoraTags(get().prompt), found)}
        >
          {found.length > 0 ? "Add as LoRAs" : "Remove the tags"}
        </Button>
      }
    >
      Tags of LoRAs have no effect in a prompt.
      {missing.length > 0 ? ` Not on any ComfyUI server: ${missing.join(", ")}.` : ""}
    </Alert>
  );
}
