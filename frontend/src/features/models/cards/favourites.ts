/** Favourite models: marks on the server, and those that this browser kept before the server did. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api, unwrap } from "@/api/client";
import { messageOf } from "@/api/problem";
import type { Model } from "@/api/types";
import { readStored, writeStored } from "@/lib/storage/stored-state";
import { useToast } from "@/ui/toast";
import { reviveNames } from "./marked-models";

const STORED = "favourite-models";

interface Mark {
  readonly id: number;
  readonly isFavourite: boolean;
}

type Marked = Pick<Model, "id" | "is_favourite">;

const isMarked = (value: unknown): value is Marked =>
  typeof value === "object" && value !== null && "id" in value && "is_favourite" in value;

/** Return what a query about models has, with the mark of one model changed. */
function withMark<Data>(data: Data, { id, isFavourite }: Mark): Data {
  const changed = (one: unknown): unknown =>
    isMarked(one) && one.id === id ? { ...one, is_favourite: isFavourite } : one;
  return (Array.isArray(data) ? data.map(changed) : changed(data)) as Data;
}

/** Return a function that marks a model: shown at once, taken back if the server does not store it. */
export function useMarkModel(): (mark: Mark) => void {
  const client = useQueryClient();
  const toast = useToast();
  const show = (mark: Mark) => {
    client.setQueriesData({ queryKey: ["models"] }, (data: unknown) => withMark(data, mark));
  };
  const { mutate } = useMutation({
    mutationFn: store,
    // One after the other: the last click counts.
    scope: { id: "favourite-models" },
    onMutate: show,
    // Again: a list may have been read in between.
    onSuccess: (_stored, mark) => show(mark),
    onError: (error, mark) => {
      show({ ...mark, isFavourite: !mark.isFavourite });
      toast({ message: messageOf(error), severity: "error" });
    },
  });
  return mutate;
}

const store = ({ id, isFavourite }: Mark) =>
  unwrap(
    api.PUT("/api/v1/models/{model_id}/favourite", {
      params: { path: { model_id: id } },
      body: { is_favourite: isFavourite },
    }),
  );

/** Store the favourites of this browser on the server, once; those of models that are not listed remain. */
export function useMovedFavourites(models: readonly Model[] | undefined): void {
  const client = useQueryClient();
  const isMoving = useRef(false);
  useEffect(() => {
    const names = readStored(STORED, reviveNames) ?? [];
    const found = models?.filter(({ name }) => names.includes(name)) ?? [];
    if (found.length === 0 || isMoving.current) return;
    isMoving.current = true;
    const move = async () => {
      for (const { id, name } of found) {
        const mark = { id, isFavourite: true };
        await store(mark);
        client.setQueriesData({ queryKey: ["models"] }, (data: unknown) => withMark(data, mark));
        const rest = (readStored(STORED, reviveNames) ?? []).filter((one) => one !== name);
        writeStored(STORED, rest);
      }
    };
    // What could not be stored is tried again when the models are shown the next time.
    move()
      .catch(() => undefined)
      .finally(() => {
        isMoving.current = false;
      });
  }, [models, client]);
}
