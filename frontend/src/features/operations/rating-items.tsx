import MenuItem from "@mui/material/MenuItem";
import { Star } from "lucide-react";
import { messageOf } from "@/api/problem";
import type { Content, Rating } from "@/api/types";
import { useRateContent } from "@/features/content";
import { useToast } from "@/ui/toast";

interface RatingItemsProps {
  readonly contentId: number;
  readonly item: Content | undefined;
  readonly onDone: () => void;
}

const STARS = [1, 2, 3, 4, 5] as const;

/** One menu item for each number of stars, side by side. The current rating is removed by choosing it again. */
export function RatingItems({ contentId, item, onDone }: RatingItemsProps) {
  const { mutate } = useRateContent(contentId);
  const toast = useToast();
  const current = item?.my_rating ?? 0;
  const rate = (stars: Rating) => {
    mutate(stars === current ? null : stars, {
      onError: (error) => toast({ message: messageOf(error), severity: "error" }),
    });
    onDone();
  };
  return (
    <>
      {STARS.map((stars) => (
        <MenuItem
          key={stars}
          role="menuitemradio"
          aria-checked={stars === current}
          aria-label={stars === 1 ? "Rate 1 star" : `Rate ${stars} stars`}
          disabled={item === undefined}
          onClick={() => rate(stars)}
          sx={{
            display: "inline-flex",
            width: "20%",
            justifyContent: "center",
            px: 0,
            color: "primary.main",
            // The stars before the one under the pointer are lit with it.
            "&:has(~ [role=menuitemradio]:hover) svg, &:hover svg": { fill: "currentColor" },
          }}
        >
          <Star size={18} fill={stars <= current ? "currentColor" : "none"} aria-hidden />
        </MenuItem>
      ))}
    </>
  );
}
