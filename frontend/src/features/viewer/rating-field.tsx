import Box from "@mui/material/Box";
import RatingStars from "@mui/material/Rating";
import Typography from "@mui/material/Typography";
import { messageOf } from "@/api/problem";
import type { Content, Rating } from "@/api/types";
import { useRateContent } from "@/features/content";
import { useToast } from "@/ui/toast";

/** The current user's rating, 1 to 5 stars, and the average of all ratings. */
export function RatingField({ item }: { readonly item: Content }) {
  const rate = useRateContent(item.id);
  const toast = useToast();
  return (
    <Box sx={{ display: "flex", alignItems: "center", flexWrap: "wrap", gap: 1.25 }}>
      <RatingStars
        name={`rating-${item.id}`}
        value={item.my_rating}
        onChange={(_event, rating) =>
          rate.mutate(rating as Rating, {
            onError: (error) => toast({ message: messageOf(error), severity: "error" }),
          })
        }
        sx={{ color: "primary.main" }}
      />
      <Typography variant="body2" sx={{ color: "text.secondary" }}>
        {item.rating_average === null
          ? "Not rated yet"
          : `${item.rating_average.toFixed(1)} from ${item.rating_count} ${item.rating_count === 1 ? "rating" : "ratings"}`}
      </Typography>
    </Box>
  );
}
