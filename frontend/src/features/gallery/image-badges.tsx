import { Eye, EyeOff, Star } from "lucide-react";
import type { Content } from "@/api/types";

/** The average rating. The star is filled if the current user has rated the image. */
export function RatingBadge({ item }: { readonly item: Content }) {
  if (item.rating_average === null) return null;
  const label = `Rated ${item.rating_average.toFixed(1)} of 5`;
  const own = item.my_rating === null ? "" : `, ${item.my_rating} by you`;
  return (
    <Badge label={label + own}>
      <Star
        size={14}
        aria-hidden
        color="var(--mui-palette-primary-main)"
        fill={item.my_rating === null ? "none" : "var(--mui-palette-primary-main)"}
      />
      {item.rating_average.toFixed(1)}
    </Badge>
  );
}

/** Whether the image is shared or private. */
export function VisibilityBadge({ item }: { readonly item: Content }) {
  const isPublic = item.visibility === "public";
  const Icon = isPublic ? Eye : EyeOff;
  return (
    <Badge label={isPublic ? "Shared" : "Private"}>
      <Icon size={15} aria-hidden />
    </Badge>
  );
}

function Badge({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <span role="img" aria-label={label} title={label} className="image-badge">
      {children}
    </span>
  );
}
