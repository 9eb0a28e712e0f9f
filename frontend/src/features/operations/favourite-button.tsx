import { Heart } from "lucide-react";
import { messageOf } from "@/api/problem";
import type { Content } from "@/api/types";
import { useMarkFavourite } from "@/features/content";
import { useToast } from "@/ui/toast";

interface FavouriteButtonProps {
  readonly item: Content;
  /** What the item is called. */
  readonly name: string;
}

/** A round button at the corner of an image that marks it as a favourite. */
export function FavouriteButton({ item, name }: FavouriteButtonProps) {
  const { mutate } = useMarkFavourite();
  const toast = useToast();
  const { is_favourite: isFavourite } = item;
  const toggle = () =>
    mutate(
      { item, isFavourite: !isFavourite },
      { onError: (error) => toast({ message: messageOf(error), severity: "error" }) },
    );
  return (
    <button
      type="button"
      className="operations-button favourite-button"
      aria-label={`Favourite ${name}`}
      aria-pressed={isFavourite}
      onClick={toggle}
    >
      <Heart size={17} fill={isFavourite ? "currentColor" : "none"} aria-hidden />
    </button>
  );
}
