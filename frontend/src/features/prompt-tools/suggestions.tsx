import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { modelsOfKindQuery } from "@/features/models";
import { frequentWords, wordBefore } from "./checks";
import { historyQuery, wildcardsQuery } from "./queries";

interface SuggestionsProps {
  readonly input: RefObject<HTMLTextAreaElement | null>;
  readonly onChange: (text: string) => void;
  readonly isDynamic: boolean;
}

const LEAST = 2;
const MOST = 6;
const DELAY_MS = 150;

/** Words that continue what is typed: frequent ones, trigger words, embeddings and wildcards. */
export function Suggestions({ input, onChange, isDynamic }: SuggestionsProps) {
  const [word, setWord] = useState("");
  const known = useKnown(word.length >= LEAST, isDynamic);
  const found = useMemo(() => matching(known, word), [known, word]);
  const insert = useRef<(text: string) => void>(() => undefined);
  insert.current = (text) => {
    const field = input.current;
    if (field === null) return;
    const { start } = wordBefore(field.value, field.selectionStart);
    const next = field.value.slice(0, start) + text + field.value.slice(field.selectionStart);
    onChange(next);
    setWord("");
    field.focus();
    requestAnimationFrame(() => field.setSelectionRange(start + text.length, start + text.length));
  };
  const first = useRef<string | undefined>(undefined);
  first.current = found[0];
  useEffect(() => {
    const field = input.current;
    if (field === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setWord(wordBefore(field.value, field.selectionStart).word), DELAY_MS);
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== " " || !event.ctrlKey || first.current === undefined) return;
      event.preventDefault();
      insert.current(first.current);
    };
    field.addEventListener("input", read);
    field.addEventListener("keydown", onKeyDown);
    return () => {
      clearTimeout(timer);
      field.removeEventListener("input", read);
      field.removeEventListener("keydown", onKeyDown);
    };
  }, [input]);
  if (found.length === 0) return null;
  return (
    <Box role="group" aria-label="Suggestions" sx={{ display: "flex", flexWrap: "wrap", gap: 0.5 }}>
      {found.map((text, place) => (
        <Chip
          key={text}
          size="small"
          clickable
          label={text}
          title={place === 0 ? "Ctrl+Space inserts it" : undefined}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => insert.current(text)}
        />
      ))}
    </Box>
  );
}

function matching(known: readonly string[], word: string): string[] {
  if (word.length < LEAST) return [];
  const wanted = word.toLowerCase();
  const names = known.filter((text) => {
    const plain = text.toLowerCase().replace(/^(embedding:|__)/, "");
    return (text.toLowerCase().startsWith(wanted) || plain.startsWith(wanted)) && plain !== wanted;
  });
  return [...new Set(names)].slice(0, MOST);
}

function useKnown(isWanted: boolean, isDynamic: boolean): readonly string[] {
  const [enabled, setEnabled] = useState(isWanted);
  useEffect(() => (isWanted ? setEnabled(true) : undefined), [isWanted]);
  const history = useQuery({ ...historyQuery(), enabled }).data;
  const loras = useQuery({ ...modelsOfKindQuery("lora"), enabled }).data;
  const embeddings = useQuery({ ...modelsOfKindQuery("embedding"), enabled }).data;
  const wildcards = useInfiniteQuery({ ...wildcardsQuery(), enabled: enabled && isDynamic }).data;
  return useMemo(
    () => [
      ...(isDynamic
        ? (wildcards?.pages.flatMap((page) => page.items) ?? []).map(({ name }) => `__${name}__`)
        : []),
      ...(loras?.flatMap((model) => model.trigger_words) ?? []),
      ...(embeddings?.map(({ name }) => `embedding:${name.replace(/\.[^.]+$/, "")}`) ?? []),
      ...frequentWords(history?.items.map(({ prompt }) => prompt) ?? []),
    ],
    [history, loras, embeddings, wildcards, isDynamic],
  );
}
