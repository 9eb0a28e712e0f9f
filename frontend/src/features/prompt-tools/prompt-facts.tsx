import Typography from "@mui/material/Typography";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { bracketProblem, estimateTokens } from "./checks";
import { countTokens } from "./clip/count-tokens";
import { encodersOf } from "./clip/encoders";
import { CHUNK, type TokenCount } from "./clip/prompt-tokens";
import { describeCounts, describeTokens } from "./clip/token-words";
import type { PromptState } from "./prompt-tools";
import { previewQuery } from "./queries";
import { styled } from "./styles";
import { usePromptText } from "./use-prompt-text";
import { type Count, useTokenCounts } from "./use-token-counts";

interface PromptFactsProps {
  readonly get: () => PromptState;
  readonly subscribe: (listener: () => void) => () => void;
  /** Of the chosen model. */
  readonly architecture: string | undefined;
  readonly count?: Count;
}

/** The seed of the first draw, as in the preview. */
const SEED = 1;

/** The length of the prompt for each text encoder of the model, and brackets that do not match. */
export function PromptFacts({ get, subscribe, architecture, count = countTokens }: PromptFactsProps) {
  const text = usePromptText(get, subscribe, textOf);
  if (text.prompt.trim() === "") return null;
  return (
    <Typography
      variant="caption"
      component="div"
      sx={{ display: "flex", flexWrap: "wrap", columnGap: 2, color: "text.secondary" }}
    >
      <Tokens text={text} architecture={architecture} count={count} />
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

interface TokensProps {
  readonly text: Text;
  readonly architecture: string | undefined;
  readonly count: Count;
}

/** Exact for encoders with the tokens of CLIP and T5, estimated for the others. */
function Tokens({ text, architecture, count }: TokensProps) {
  const { clip, t5, others } = encodersOf(architecture);
  const { prompts, negatives } = useDrawn(text);
  const groups = text.negative.trim() === "" ? [prompts] : [prompts, negatives];
  const [counts, negativeCounts] = useTokenCounts(groups, "clip", clip !== null, count) ?? [];
  const estimate = estimateTokens(text.prompt);
  const about = `about ${estimate} ${estimate === 1 ? "token" : "tokens"}`;
  const estimated = counts === undefined && clip !== null ? [clip, ...others] : others;
  if (clip === null && t5 === null && others.length === 0)
    return <span title={ESTIMATE}>A{about.slice(1)}</span>;
  return (
    <>
      {clip === null || counts === undefined ? null : <Exact name={clip} counts={counts} />}
      {t5 === null ? null : <OfT5 name={t5} prompts={prompts} otherwise={about} count={count} />}
      {estimated.map((name) => (
        <Fact key={name} name={name} title={ESTIMATE}>
          {about}
        </Fact>
      ))}
      {negativeCounts === undefined ? null : <Exact name="Negative" counts={negativeCounts} />}
    </>
  );
}

function Exact({ name, counts }: { readonly name: string; readonly counts: readonly TokenCount[] }) {
  const draws = counts.length > 1 ? `. Counted for ${counts.length} draws` : "";
  return (
    <Fact name={name} title={`CLIP reads a prompt in chunks of ${CHUNK} tokens${draws}`}>
      {describeCounts(counts)}
    </Fact>
  );
}

interface OfT5Props {
  readonly name: string;
  readonly prompts: readonly string[];
  /** Shown until the tokens are counted. */
  readonly otherwise: string;
  readonly count: Count;
}

function OfT5({ name, prompts, otherwise, count }: OfT5Props) {
  const [counts] = useTokenCounts([prompts], "t5", true, count) ?? [];
  return (
    <Fact name={name} title={counts === undefined ? ESTIMATE : "T5 reads a prompt as a whole"}>
      {counts === undefined ? otherwise : describeTokens(counts)}
    </Fact>
  );
}

const ESTIMATE = "An estimate: the tokenizer of this encoder is not used";

interface FactProps {
  readonly name: string;
  readonly title: string;
  readonly children: ReactNode;
}

function Fact({ name, title, children }: FactProps) {
  return (
    <span title={title}>
      {name}: <span style={{ fontVariantNumeric: "tabular-nums" }}>{children}</span>
    </span>
  );
}

type Text = ReturnType<typeof textOf>;

/** Return the prompts with their styles, and what is wrong with their brackets. */
function textOf({ prompt, negativePrompt, isDynamic, styles }: PromptState) {
  const full = styled(
    prompt,
    styles.map((style) => style.prompt),
  );
  const negative = styled(
    negativePrompt,
    styles.map((style) => style.negativePrompt),
  );
  const problem = bracketProblem(prompt, isDynamic);
  // Without such characters a dynamic prompt is drawn as it is.
  const isDrawn = isDynamic && problem === null && /[{\\]|__/.test(full + negative);
  return { prompt: full, negative, problem, isDrawn };
}

/** Return what is drawn for some seeds, or the texts themselves. */
function useDrawn({ prompt, negative, isDrawn }: Text) {
  const query = useQuery({
    ...previewQuery(prompt, negative, SEED),
    enabled: isDrawn,
    placeholderData: keepPreviousData,
  });
  const items = isDrawn ? query.data?.items : undefined;
  return {
    prompts: items?.map((one) => one.prompt) ?? [prompt],
    negatives: items?.map((one) => one.negative_prompt) ?? [negative],
  };
}
