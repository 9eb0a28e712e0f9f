import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Typography from "@mui/material/Typography";
import { Trophy, X } from "lucide-react";
import { Link } from "react-router";
import type { Content } from "@/api/types";
import { altOf, sourcesOf } from "@/features/content";
import { FavouriteButton, MoreActions, useBeforeRemoval } from "@/features/operations";
import { FITTED, fullView, isFitted, type View, ZoomFrame } from "@/features/viewer/zoom";
import { placeholderUrl } from "@/lib/placeholder";
import { usePixelRatio } from "@/lib/use-pixel-ratio";
import { Tooltip } from "@/ui/tooltip";
import type { Compared } from "./use-compared";

interface SideBySideProps {
  readonly items: readonly Content[];
  readonly view: View;
  readonly onView: (view: View) => void;
  readonly bestId: number | null;
  readonly onBest: (id: number) => void;
  readonly compared: Compared;
}

/** The images beside one another; zooming or moving one does the same with all. */
export function SideBySide({ items, view, onView, bestId, onBest, compared }: SideBySideProps) {
  const columns = items.length === 4 ? 2 : items.length;
  // All of them fit into the window, with the bars around them.
  const height = items.length === 4 ? { xs: "24dvh", md: "30dvh" } : { xs: "27dvh", md: "58dvh" };
  return (
    <Box
      component="ul"
      aria-label="Compared images"
      sx={{
        m: 0,
        p: 0,
        listStyle: "none",
        display: "grid",
        gap: 1.5,
        gridTemplateColumns: {
          xs: items.length === 4 ? "1fr 1fr" : "1fr",
          sm: `repeat(${columns}, minmax(0, 1fr))`,
        },
      }}
    >
      {items.map((item, place) => (
        <ComparedImage
          key={item.id}
          item={item}
          place={place}
          view={view}
          onView={onView}
          height={height}
          isBest={item.id === bestId}
          onBest={() => onBest(item.id)}
          compared={compared}
        />
      ))}
    </Box>
  );
}

interface ComparedImageProps extends Pick<SideBySideProps, "view" | "onView" | "compared"> {
  readonly item: Content;
  readonly place: number;
  readonly height: Readonly<Record<"xs" | "md", string>>;
  readonly isBest: boolean;
  readonly onBest: () => void;
}

function ComparedImage(props: ComparedImageProps) {
  const { item, place, view, onView, height, isBest, onBest, compared } = props;
  const ratio = usePixelRatio();
  const { show, latest } = compared;
  // Whatever menu moves it to the trash, the others are compared on; undoing it brings it back to its place.
  useBeforeRemoval(item.id, async () => {
    const before = latest();
    return {
      onRemoved: () => show(latest().filter((id) => id !== item.id)),
      onRestored: () => show(before),
    };
  });
  return (
    <Box component="li" sx={{ minWidth: 0 }}>
      <Box
        sx={{
          position: "relative",
          borderRadius: "14px",
          bgcolor: "action.hover",
          outline: isBest ? "3px solid" : "none",
          outlineColor: "primary.main",
        }}
      >
        <ZoomFrame
          src={item.image_url}
          srcSet={sourcesOf(item).srcSet}
          // The region has the name, and the text below.
          alt=""
          image={item}
          contentId={item.id}
          view={view}
          onView={onView}
          onClick={(at, frame) => onView(isFitted(view) ? fullView(item, frame, ratio, at) : FITTED)}
          label={`Compared ${place + 1}: ${altOf(item)}`}
          background={item.placeholder ? (placeholderUrl(item.placeholder) ?? undefined) : undefined}
          sx={{ height, borderRadius: "14px" }}
        />
        <FavouriteButton item={item} name={altOf(item)} />
      </Box>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 0.5, pt: 0.5 }}>
        {/* Beside the buttons if a few words fit there, else above them. */}
        <Typography noWrap variant="body2" sx={{ flex: "1 1 96px", minWidth: 0, fontWeight: 600 }}>
          <Box
            component={Link}
            to={`/view/${item.id}`}
            sx={{
              color: "inherit",
              display: "block",
              py: 1.5,
              overflow: "hidden",
              textOverflow: "ellipsis",
            }}
          >
            {altOf(item)}
          </Box>
        </Typography>
        <Tooltip title={`Choose ${altOf(item)} as the best`}>
          <IconButton
            aria-label={`Choose ${altOf(item)} as the best`}
            aria-pressed={isBest}
            onClick={onBest}
            sx={{ color: isBest ? "primary.main" : undefined }}
          >
            <Trophy size={18} aria-hidden />
          </IconButton>
        </Tooltip>
        <MoreActions contentId={item.id} label={`Actions for ${altOf(item)}`} />
        {compared.ids.length > 2 ? (
          <Tooltip title={`Remove ${altOf(item)}`}>
            <IconButton onClick={() => show(latest().filter((id) => id !== item.id))}>
              <X size={18} aria-hidden />
            </IconButton>
          </Tooltip>
        ) : null}
      </Box>
    </Box>
  );
}
