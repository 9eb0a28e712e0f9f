import Typography from "@mui/material/Typography";
import { TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { bracketProblem, estimateTokens } from "./checks";
import type { PromptState } from "./prompt-tools";
import { styled } from "./styles";

interface PromptFactsProps {
  readonly get: () => PromptState;
  readonly subscribe: (listener: () => void) => () => void;
}

/** Pause after the last key press before the prompt is read: typing stays fast. */
const DELAY_MS = 250;
/** Tokens of one part that CLIP reads; longer prompts are read in several. */
const CLIP_PART = 75;

/** The estimated length of the prompt, and brackets that do not match. */
export function PromptFacts({ get, subscribe }: PromptFactsProps) {
  const [text, setText] = useState(() => textOf(get()));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = subscribe(() => {
      clearTimeout(timer);
      timer = setTimeout(() => setText(textOf(get())), DELAY_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [get, subscribe]);
  if (text.prompt.trim() === "") return null;
  const tokens = estimateTokens(text.prompt);
  return (
    <Typography variant="caption" sx={{ display: "flex", flexWrap: "wrap", gap: 1, color: "text.secondary" }}>
      <span title="An estimate: the tokenizer of the model is not asked">
        About {tokens} {tokens === 1 ? "token" : "tokens"}
        {tokens > CLIP_PART ? `, ${Math.ceil(tokens / CLIP_PART)} parts of ${CLIP_PART} for CLIP` : ""}
      </span>
      {text.problem === null ? null : (
        <Typography
          component="span"
          variant="caption"
          role="status"
          sx={{ color: "warning.main", display: "inline-flex", gap: 0.5, alignItems: "center" }}
        >
          <TriangleAlert size={13} aria-hidden />
          {text.problem}
        </Typography>
      )}
    </Typography>
  );
}

function textOf({ prompt, isDynamic, styles }: PromptState) {
  const full = styled(
    prompt,
    styles.map((style) => style.prompt),
  );
  return { prompt: full, problem: bracketProblem(prompt, isDynamic) };
}
