import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import type { Model } from "@/api/types";
import { tagsQuery } from "@/features/content";
import { canBeNamed, modelsOfKindQuery, nameInPrompt, vectorsIn } from "@/features/models";
import { typeInto } from "@/lib/type-into";
import { frequentWords, wordBefore } from "./checks";
import { historyQuery, wildcardsQuery } from "./queries";

interface SuggestionsProps {
  readonly input: RefObject<HTMLTextAreaElement | null>;
  readonly onChange: (text: string) => void;
  readonly isDynamic: boolean;
  /** Adds a LoRA to the form. */
  readonly onLora: (name: string) => void;
}

/** What a suggestion inserts, or the LoRA that it adds. */
export interface Suggestion {
  readonly label: string;
  readonly text: string;
  readonly lora?: string;
  /** Shown behind the label. */
  readonly note?: string;
}

const LEAST = 2;
const MOST = 6;
const DELAY_MS = 150;

/** What continues the typed word: frequent words, tags, LoRAs, trigger words, embeddings and wildcards. */
export function Suggestions({ input, onChange, isDynamic, onLora }: SuggestionsProps) {
  const [word, setWord] = useState("");
  const known = useKnown(word.length >= LEAST, isDynamic);
  const found = useMemo(() => matching(known, word), [known, word]);
  const insert = useRef<(suggestion: Suggestion) => void>(() => undefined);
  insert.current = ({ text, lora }) => {
    const field = input.current;
    if (field === null) return;
    const { start } = wordBefore(field.value, field.selectionStart);
    const end = field.selectionStart;
    const next = field.value.slice(0, start) + text + field.value.slice(end);
    if (!typeInto(field, start, end, text)) onChange(next);
    setWord("");
    if (lora !== undefined) onLora(lora);
    field.focus();
    requestAnimationFrame(() => field.setSelectionRange(start + text.length, start + text.length));
  };
  const first = useRef<Suggestion | undefined>(undefined);
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
      {found.map((suggestion, place) => (
        <Chip
          key={suggestion.label}
          size="small"
          clickable
          label={
            suggestion.note === undefined ? suggestion.label : `${suggestion.label} · ${suggestion.note}`
          }
          title={place === 0 ? "Ctrl+Space inserts it" : undefined}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => insert.current(suggestion)}
        />
      ))}
    </Box>
  );
}

/** Return the suggestions that begin with the word or, after them, have a word that does. */
export function matching(known: readonly Suggestion[], word: string): Suggestion[] {
  if (word.length < LEAST) return [];
  const wanted = word.toLowerCase();
  const found = known.flatMap((one) => {
    const label = one.label.toLowerCase();
    const plain = label.replace(/^(embedding:|lora: |__)/, "");
    if (plain === wanted || label === wanted) return [];
    if (plain.startsWith(wanted) || label.startsWith(wanted)) return [{ one, rank: 0 }];
    return plain.split(/[\s_-]+/).some((part) => part.startsWith(wanted)) ? [{ one, rank: 1 }] : [];
  });
  const ranked = found.toSorted((left, right) => left.rank - right.rank).map(({ one }) => one);
  return [...new Map(ranked.map((one) => [one.label, one])).values()].slice(0, MOST);
}

const textOnly = (text: string): Suggestion => ({ label: text, text });

const ofLora = ({ name, display_name: title, trigger_words: [word = ""] }: Model): Suggestion => ({
  label: `LoRA: ${title}`,
  text: word,
  lora: name,
});

function ofEmbeddings(models: readonly Model[]): Suggestion[] {
  const files = models.map(({ name }) => name).filter(canBeNamed);
  return models.flatMap(({ name, vectors }) => {
    if (!canBeNamed(name)) return [];
    const text = textOnly(`embedding:${nameInPrompt(name, files)}`);
    return [vectors === null ? text : { ...text, note: vectorsIn(vectors) }];
  });
}

function useKnown(isWanted: boolean, isDynamic: boolean): readonly Suggestion[] {
  const [enabled, setEnabled] = useState(isWanted);
  useEffect(() => (isWanted ? setEnabled(true) : undefined), [isWanted]);
  const history = useQuery({ ...historyQuery(), enabled }).data;
  const loras = useQuery({ ...modelsOfKindQuery("lora"), enabled }).data;
  const embeddings = useQuery({ ...modelsOfKindQuery("embedding"), enabled }).data;
  const tags = useQuery({ ...tagsQuery(""), enabled }).data;
  const wildcards = useInfiniteQuery({ ...wildcardsQuery(), enabled: enabled && isDynamic }).data;
  return useMemo(() => {
    const lists = isDynamic ? (wildcards?.pages.flatMap((page) => page.items) ?? []) : [];
    return [
      ...lists.map(({ name }) => textOnly(`__${name}__`)),
      ...(loras ?? []).flatMap((model) => [ofLora(model), ...model.trigger_words.map(textOnly)]),
      ...ofEmbeddings(embeddings ?? []),
      ...frequentWords(history?.items.map(({ prompt }) => prompt) ?? []).map(textOnly),
      ...(tags?.items ?? []).map(({ tag }) => textOnly(tag)),
    ];
  }, [history, loras, embeddings, tags, wildcards, isDynamic]);
}
